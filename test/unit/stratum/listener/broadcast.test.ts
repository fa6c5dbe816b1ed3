import { describe, expect, it } from '@jest/globals';
import { Broadcast } from '../../../../src/stratum/listener/broadcast.js';

interface Miner {
  readonly session: { hashrate(): number };
}

const miner = (hashrate: number): Miner => ({ session: { hashrate: () => hashrate } });
const speeds = (miners: readonly Miner[]): number[] => miners.map(({ session }) => session.hashrate());

describe('new work', () => {
  it('goes to the largest miners first, a hundred in a turn of the event loop', async () => {
    const sent: Miner[] = [];
    const miners = Array.from({ length: 250 }, (_, i) => miner((i * 37) % 250));
    const done = new Promise<number>((resolve) => {
      new Broadcast<Miner>().start(miners, 0, (each) => sent.push(each), resolve);
    });
    expect(speeds(sent)).toEqual(Array.from({ length: 100 }, (_, i) => 249 - i));
    expect(await done).toBe(250);
    expect(speeds(sent)).toEqual(Array.from({ length: 250 }, (_, i) => 249 - i));
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
