import { describe, expect, it } from '@jest/globals';
import { Extranonce1Counter, Extranonce1Error } from '../../../src/roles/extranonce1-counter.js';

const LAST = 2 ** 24;

/** Reserves as a shard does: each range follows the last, modulo 2²⁴. */
function shard(first: number) {
  let next = first;
  const reserved: number[] = [];
  return {
    reserved,
    async reserve(count: number): Promise<number> {
      const start = next;
      next = (next + count) % LAST;
      reserved.push(start);
      return start;
    },
  };
}

describe('the extranonce1 counter', () => {
  it('never hands out a value twice, over many reserved ranges', async () => {
    const { reserve, reserved } = shard(0);
    const counter = await Extranonce1Counter.open(reserve, fail);
    const seen = new Set<number>();
    for (let i = 0; i < 20_000; i++) {
      seen.add(counter.allocate());
      if (i % 500 === 0) await Promise.resolve();
    }
    expect(seen.size).toBe(20_000);
    expect(reserved.length).toBeGreaterThan(4);
  });

  it('goes on at zero after the last of 24 bits', async () => {
    const { reserve } = shard(LAST - 2);
    const counter = await Extranonce1Counter.open(reserve, fail);
    expect([counter.allocate(), counter.allocate(), counter.allocate()]).toEqual([LAST - 2, LAST - 1, 0]);
  });

  it('refuses rather than repeat when no range can be reserved', async () => {
    const errors: unknown[] = [];
    let calls = 0;
    const counter = await Extranonce1Counter.open(
      async () => {
        if (calls++ > 0) throw new Error('disk full');
        return 0;
      },
      (error) => errors.push(error),
    );
    expect(() => {
      for (let i = 0; i < 10_000; i++) counter.allocate();
    }).toThrow(Extranonce1Error);
    await new Promise((resolve) => setImmediate(resolve));
    expect(errors).toHaveLength(1);
  });

  it('tries again with each miner that finds none, so that it has some once the disk works', async () => {
    let isFull = false;
    let calls = 0;
    const counter = await Extranonce1Counter.open(
      async (count) => {
        if (isFull) throw new Error('disk full');
        return count * calls++;
      },
      () => {},
    );
    isFull = true;
    expect(() => {
      for (let i = 0; i < 10_000; i++) counter.allocate();
    }).toThrow(Extranonce1Error);
    await new Promise((resolve) => setImmediate(resolve));
    isFull = false;
    expect(() => counter.allocate()).toThrow(Extranonce1Error);
    await new Promise((resolve) => setImmediate(resolve));
    expect(counter.allocate()).toBe(4096);
  });
});

function fail(error: unknown): never {
  throw error;
}
