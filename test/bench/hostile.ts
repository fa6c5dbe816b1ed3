/**
 * What honest miners notice of a thousand hostile clients: the real listener process, 100 miners over loopback TCP
 * that send 1,000 shares a second between them, first by themselves, then with the crowd of `hostile-crowd.ts` around
 * them, and then with that of `name-sayers.ts`, each in a process of its own. A duration runs from writing a share to reading its answer; a share that
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
const PATIENCE_MS = 10_000;
/** About 430 hashes a share, so that the crowd's are none. */
const DIFFICULTY = 1e-7;
// BIP173's P2WPKH example on regtest.
const ADDRESS = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';
// BIP173's P2WSH example on regtest.
const SAYERS_ADDRESS = 'bcrt1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qzf4jry';
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

class Crowd {
  private constructor(private readonly child: ChildProcess) {}

  /** Resolves when they are there. `address`: of those that have proved work, and mine to it. */
  static async gather(port: number, address: string | null = null): Promise<Crowd> {
    const child = fork(PROGRAM, [String(port), String(HOSTILE), ...(address === null ? [] : [address])]);
    await new Promise((resolve, reject) => {
      child.once('message', resolve);
      child.once('exit', (code) => reject(new Error(`the crowd ended with ${code}`)));
    });
    return new Crowd(child);
  }

  async loggedIn(): Promise<number> {
    const { child } = this;
    const answer = new Promise<{ loggedIn: number }>((resolve) => child.once('message', resolve));
    child.send('how many');
    return (await answer).loggedIn;
  }

  async end(): Promise<void> {
    const { child } = this;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.disconnect();
    await ended;
  }
}

export async function benchHostile(folder: string): Promise<Measurement[]> {
  const listener = await BenchListener.start(folder, DIFFICULTY);
  const miners: ShareStream[] = [];
  let crowd: Crowd | null = null;
  try {
    for (let i = 0; i < MINERS; i++) miners.push(await ShareStream.open(listener.port, `${ADDRESS}.rig${i}`));
    const each = Math.ceil((PER_SECOND * (LASTING_MS + 100)) / 1000 / MINERS);
    for (const miner of miners) miner.prepare(3 * each);
    const quiet = await mine('quiet, 1,000 a second', listener, miners);
    const many = HOSTILE.toLocaleString('en-US');
    crowd = await Crowd.gather(listener.port);
    const hostile = await mine(`the same beside ${many} hostile clients`, listener, miners);
    await crowd.end();
    crowd = null;
    crowd = await Crowd.gather(listener.port, SAYERS_ADDRESS);
    const before = await crowd.loggedIn();
    const what = `the same beside ${many} who say their names over and over`;
    const sayers = await mine(what, listener, miners);
    const perSecond = Math.round(((await crowd.loggedIn()) - before) / (LASTING_MS / 1000));
    const note = `${sayers.note}; ${perSecond.toLocaleString('en-US')} names a second answered besides`;
    return [quiet, hostile, { ...sayers, note }];
  } finally {
    await crowd?.end();
    for (const miner of miners) miner.close();
    await listener.stop();
  }
}
