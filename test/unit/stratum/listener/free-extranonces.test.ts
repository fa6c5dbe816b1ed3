import { describe, expect, it } from '@jest/globals';
import { FreeExtranonces } from '../../../../src/stratum/listener/free-extranonces.js';

const ROUND = 2 ** 24;

describe('an extranonce1', () => {
  it('is given to nobody else while somebody has it, however often the counter goes round', () => {
    let counter = ROUND - 3;
    const held = new Map<number, Uint8Array>();
    const free = new FreeExtranonces(
      () => counter++ % ROUND,
      () => held.values(),
    );
    const take = (): number => {
      const taken = free.next();
      expect(held.has(taken)).toBe(false);
      held.set(taken, Uint8Array.of(0xa5, taken >>> 16, taken >>> 8, taken));
      return taken;
    };
    expect(Array.from({ length: 6 }, take)).toEqual([ROUND - 3, ROUND - 2, ROUND - 1, 0, 1, 2]);
    // As many connections as are between two looks came and went, and nearly a round besides.
    for (let i = 6; i < 4_096; i++) free.next();
    counter = 2 * ROUND - 4;
    expect([take(), take()]).toEqual([ROUND - 4, 3]);
  });
});
