/**
 * From a miner's socket to the disk and back: the real listener process, 100 connections over loopback TCP, valid
 * shares at regtest's least difficulty ground beforehand. A duration runs from writing a share to reading its answer,
 * so commit and both sockets are in it. Load and listener share the machine: its figures are a floor.
 */
import { BenchListener } from './bench-listener.js';
import { HASH_BYTES } from './load/hash-list.js';
import { loggedHashes } from './load/held-against-log.js';
import { Durations, type Measurement } from './measurement.js';
import { ShareStream } from './share-stream.js';

const BENCH = 'spine';
const CONNECTIONS = 100;
const LASTING_MS = 3_000;
const WINDOW = 10;
/** Ground per connection for the saturated run, which ends early should they run out. */
const SATURATING_SHARES = 1_500;
const PATIENCE_MS = 10_000;
/** About 4 hashes a share. */
const DIFFICULTY = 1e-9;
// BIP173's P2WPKH example on regtest.
const ADDRESS = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';

const aMillisecond = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));
const sum = (streams: readonly ShareStream[], of: (stream: ShareStream) => number): number =>
  streams.reduce((total, stream) => total + of(stream), 0);

async function measure(
  what: string,
  listener: BenchListener,
  streams: readonly ShareStream[],
  load: (startMs: number, durations: Durations) => Promise<void>,
): Promise<{ accepted: number; measured: Measurement }> {
  const durations = new Durations();
  for (const stream of streams) stream.onAccepted = (durationMs) => durations.add(durationMs);
  const cpuBefore = listener.cpuSeconds();
  const loopBefore = performance.eventLoopUtilization();
  const startMs = performance.now();
  await load(startMs, durations);
  const stoppedMs = performance.now();
  while (sum(streams, ({ outstanding }) => outstanding) > 0) {
    for (const stream of streams) stream.check();
    if (performance.now() - stoppedMs > PATIENCE_MS) throw new Error(`${what}: shares were never answered`);
    await aMillisecond();
  }
  const tookSeconds = (performance.now() - startMs) / 1000;
  const { utilization } = performance.eventLoopUtilization(loopBefore);
  const cpuAfter = listener.cpuSeconds();
  const measured: Measurement = {
    bench: BENCH,
    what,
    rate: durations.count / tookSeconds,
    unit: 'shares',
    ...durations.figures(),
    cores: cpuBefore === null || cpuAfter === null ? null : (cpuAfter - cpuBefore) / tookSeconds,
    note: `the load's own loop ${Math.round(utilization * 100)} % busy`,
  };
  return { accepted: durations.count, measured };
}

/** So many a second over all connections, whether or not the pool keeps up. */
function paced(streams: readonly ShareStream[], perSecond: number) {
  const each = Math.ceil((perSecond * LASTING_MS) / 1000 / streams.length);
  for (const stream of streams) stream.prepare(each);
  return async (startMs: number): Promise<void> => {
    let sent = 0;
    while (performance.now() - startMs < LASTING_MS) {
      const due = ((performance.now() - startMs) / 1000) * perSecond;
      for (; sent < due; sent++) streams[sent % streams.length]!.send(1);
      await aMillisecond();
    }
  };
}

/** Every answer lets the next share go, so that `WINDOW` are always on their way on each connection. */
function saturated(streams: readonly ShareStream[]) {
  for (const stream of streams) stream.prepare(SATURATING_SHARES);
  return async (startMs: number, durations: Durations): Promise<void> => {
    const isOver = (): boolean => performance.now() - startMs >= LASTING_MS;
    for (const stream of streams) {
      stream.onAccepted = (durationMs) => {
        durations.add(durationMs);
        if (!isOver()) stream.send(1);
      };
      stream.send(WINDOW);
    }
    while (!isOver() && streams.some(({ left }) => left > 0)) {
      for (const stream of streams) stream.check();
      await aMillisecond();
    }
  };
}

export async function benchSpine(folder: string): Promise<Measurement[]> {
  const listener = await BenchListener.start(folder, DIFFICULTY);
  const streams: ShareStream[] = [];
  try {
    for (let i = 0; i < CONNECTIONS; i++)
      streams.push(await ShareStream.open(listener.port, `${ADDRESS}.rig${i}`));
    const warm = await measure('warm-up', listener, streams, paced(streams, 1_000));
    const slow = await measure('1,000 a second', listener, streams, paced(streams, 1_000));
    const brisk = await measure('5,000 a second', listener, streams, paced(streams, 5_000));
    const full = await measure(
      `saturated, ${WINDOW} on their way each`,
      listener,
      streams,
      saturated(streams),
    );
    await listener.stop();
    wantInLog(
      folder,
      [warm, slow, brisk, full].reduce((total, { accepted }) => total + accepted, 0),
    );
    return [slow, brisk, full].map(({ measured }) => measured);
  } finally {
    for (const stream of streams) stream.close();
    await listener.stop();
  }
}

function wantInLog(folder: string, accepted: number): void {
  let logged = 0;
  for (const hashes of loggedHashes(folder)) logged += hashes.length / HASH_BYTES;
  if (logged !== accepted) throw new Error(`${accepted} shares were acknowledged, ${logged} are in the log`);
}
