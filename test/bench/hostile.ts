/**
 * What honest miners notice of a thousand hostile clients: the real listener process, 100 miners over loopback TCP
 * that send 1,000 shares a second between them, first by themselves, then with the crowd of `hostile-crowd.ts` around
 * them, which runs in a process of its own. A duration runs from writing a share to reading its answer; a share that
 * is refused, or a miner that is dropped, ends the bench with an error.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { BenchListener } from './bench-listener.js';
import { Durations, type Measurement } from './measurement.js';
import { ShareStream } from './share-stream.js';

const BENCH = 'hostile';
const MINERS = 100;
const PER_SECOND = 1_000;
const LASTING_MS = 6_000;
const HOSTILE = 1_000;
/** For the crowd to be all there. */
const GATHERING_MS = 1_500;
const PATIENCE_MS = 10_000;
/** About 430 hashes a share, so that the crowd's are none. */
const DIFFICULTY = 1e-7;
// BIP173's P2WPKH example on regtest.
const ADDRESS = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';
const PROGRAM = fileURLToPath(new URL('./hostile-process.js', import.meta.url));

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function mine(
  what: string,
  listener: BenchListener,
  miners: readonly ShareStream[],
): Promise<Measurement> {
  const durations = new Durations();
  for (const miner of miners) miner.onAccepted = (durationMs) => durations.add(durationMs);
  const cpuBefore = listener.cpuSeconds();
  const startMs = performance.now();
  let sent = 0;
  while (performance.now() - startMs < LASTING_MS) {
    const due = ((performance.now() - startMs) / 1000) * PER_SECOND;
    for (; sent < due; sent++) miners[sent % MINERS]!.send(1);
    await pause(1);
  }
  while (durations.count < sent) {
    for (const miner of miners) miner.check();
    if (performance.now() - startMs > LASTING_MS + PATIENCE_MS) {
      throw new Error(`${what}: shares were never answered`);
    }
    await pause(1);
  }
  const tookSeconds = (performance.now() - startMs) / 1000;
  const resident = listener.residentBytes();
  const cpuAfter = listener.cpuSeconds();
  return {
    bench: BENCH,
    what,
    rate: durations.count / tookSeconds,
    unit: 'shares',
    ...durations.figures(),
    cores: cpuBefore === null || cpuAfter === null ? null : (cpuAfter - cpuBefore) / tookSeconds,
    note: `${resident === null ? '' : `resident ${Math.round(resident / 2 ** 20)} MiB, `}no reject, no drop`,
  };
}

export async function benchHostile(folder: string): Promise<Measurement[]> {
  const listener = await BenchListener.start(folder, DIFFICULTY);
  const miners: ShareStream[] = [];
  let crowd: ChildProcess | null = null;
  try {
    for (let i = 0; i < MINERS; i++) miners.push(await ShareStream.open(listener.port, `${ADDRESS}.rig${i}`));
    const each = Math.ceil((PER_SECOND * (LASTING_MS + 100)) / 1000 / MINERS);
    for (const miner of miners) miner.prepare(2 * each);
    const quiet = await mine('quiet, 1,000 a second', listener, miners);
    crowd = fork(PROGRAM, [String(listener.port), String(HOSTILE)]);
    await pause(GATHERING_MS);
    const hostile = await mine(
      `the same beside ${HOSTILE.toLocaleString('en-US')} hostile clients`,
      listener,
      miners,
    );
    return [quiet, hostile];
  } finally {
    if (crowd !== null) {
      const ended = new Promise<void>((resolve) => crowd!.once('exit', () => resolve()));
      crowd.disconnect();
      await ended;
    }
    for (const miner of miners) miner.close();
    await listener.stop();
  }
}
