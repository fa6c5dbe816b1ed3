import { describe, expect, it } from '@jest/globals';
import { Broadcast } from '../../../../src/stratum/listener/broadcast.js';

interface Miner {
  readonly session: { hashrate(): number };
}

const miner = (hashrate: number): Miner => ({ session: { hashrate: () => hashrate } });
/** Whoever comes before another has at most a fifth less. */
const isLargestFirst = (hashrates: readonly number[]): boolean =>
  hashrates.every((each, i) => hashrates.slice(i + 1).every((later) => later * 2 ** -0.25 <= each));
const speeds = (miners: readonly Miner[]): number[] => miners.map(({ session }) => session.hashrate());

describe('new work', () => {
  it('goes to the largest miners first, a hundred in a turn of the event loop', async () => {
    const sent: Miner[] = [];
    const miners = Array.from({ length: 250 }, (_, i) => miner((i * 37) % 250));
    const done = new Promise<number>((resolve) => {
      new Broadcast<Miner>().start(miners, 0, (each) => sent.push(each), resolve);
    });
    expect(sent).toHaveLength(100);
    expect(Math.min(...speeds(sent))).toBeGreaterThan(150 * 2 ** -0.25);
    expect(await done).toBe(250);
    expect(isLargestFirst(speeds(sent))).toBe(true);
    expect(new Set(sent)).toEqual(new Set(miners));
  });

  it('goes last to those that have shown no hashrate, and to a farm before anybody', () => {
    const sent: Miner[] = [];
    new Broadcast<Miner>().start(
      [0, 1e-9, 0.4, 1e12, 7, 0].map(miner),
      0,
      (each) => sent.push(each),
      () => {},
    );
    expect(speeds(sent)).toEqual([1e12, 7, 0.4, 1e-9, 0, 0]);
  });

  it('ends the round of an older one', async () => {
    const sent: string[] = [];
    const broadcast = new Broadcast<Miner>();
    const miners = Array.from({ length: 150 }, () => miner(1));
    let olderDone = false;
    broadcast.start(
      miners,
      0,
      () => sent.push('older'),
      () => {
        olderDone = true;
      },
    );
    await new Promise<void>((resolve) => {
      broadcast.start(
        miners,
        0,
        () => sent.push('newer'),
        () => resolve(),
      );
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(sent).toEqual([...Array(100).fill('older'), ...Array(150).fill('newer')]);
    expect(olderDone).toBe(false);
  });
});
