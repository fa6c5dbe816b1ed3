import { describe, expect, it } from '@jest/globals';
import { GUARD_LIMITS } from '../../../../src/stratum/guard/guard-limits.js';
import { type Holding, MemoryPrice } from '../../../../src/stratum/guard/memory-price.js';
import { ShareRate } from '../../../../src/stratum/session/share-rate.js';

const KIB = 1024;
const SECOND = 1_000;
const INTERVAL_MS = 10 * SECOND;
/** As on mainnet: one such share in ten seconds is 430 kH/s. */
const CHEAP = 0.001;
const price = new MemoryPrice({ minDifficulty: CHEAP, shareIntervalMs: INTERVAL_MS });
const { backlogBytes, strangerBacklogBytes } = GUARD_LIMITS;

/** Of a connection that has been there for an hour, and of which nothing waits. */
function debt(holding: Partial<Holding>): number {
  return price.debt({
    waitingBytes: 0,
    backlogBytes,
    keptBytes: 0,
    work: 0,
    ageMs: 3_600 * SECOND,
    ...holding,
  });
}

/** In difficulty per second. */
function hashrate(hashes: number): number {
  return hashes / 2 ** 32;
}

/** Of a connection that found `count` of the cheapest shares in its first second, and none after that. */
function workOf(count: number, atMs: number): number {
  const rate = new ShareRate(INTERVAL_MS, 0);
  for (let i = 0; i < count; i++) rate.onShare(SECOND, CHEAP);
  return rate.shownWork(atMs);
}

describe('what is kept for a connection', () => {
  it('is owed where its names bring nothing: 64 KiB are free to each', () => {
    expect(debt({ keptBytes: 64 * KIB })).toBe(1);
    expect(debt({ keptBytes: 192 * KIB })).toBe(3);
  });

  it('is paid for by a proxy of 256 ESP32s', () => {
    // 12.8 MH/s are 29.8 of the least miners: 30.8 × 64 KiB are 1,971 KiB.
    expect(debt({ keptBytes: 180 * KIB, work: hashrate(256 * 50_000) })).toBeCloseTo(180 / 1_971, 4);
  });

  it('is paid for by a farm agent of five thousand machines, at one share of difficulty 1 in ten seconds', () => {
    // A thousand of the least miners.
    expect(debt({ keptBytes: 1_001 * KIB, work: 1 / 10 })).toBeCloseTo(1 / 64, 6);
  });

  it('is not paid for by one cheap share, and the less the longer ago it was', () => {
    const owedAfter = (seconds: number): number =>
      debt({ keptBytes: 90 * KIB, work: workOf(1, seconds * SECOND) });
    // In the first interval it is nearly the share of a least miner in each.
    expect(owedAfter(1)).toBeCloseTo(90 / 64 / (1 + 0.1 / (1 - Math.exp(-0.1))), 6);
    expect(owedAfter(60)).toBeGreaterThan(1.2);
    expect(owedAfter(600)).toBeCloseTo(90 / 64, 2);
  });

  it('is paid for by one cheap share for each name, for as long as they go on', () => {
    const owedAfter = (seconds: number): number =>
      debt({ keptBytes: 180 * KIB, work: workOf(256, seconds * SECOND) });
    expect(owedAfter(10)).toBeLessThan(0.02);
    expect(owedAfter(600)).toBeGreaterThan(1.5);
  });
});

describe('what waits', () => {
  it('is paid for by no work: a quarter of the backlog weighs as much as 64 KiB that bring nothing', () => {
    const work = hashrate(1e15);
    expect(debt({ waitingBytes: 128 * KIB, work })).toBeCloseTo(1, 6);
    expect(debt({ waitingBytes: 512 * KIB, work })).toBeCloseTo(4, 6);
  });

  it('weighs more from who has brought no share', () => {
    expect(debt({ waitingBytes: 48 * KIB, backlogBytes: strangerBacklogBytes })).toBeCloseTo(3, 6);
  });
});

describe('a newcomer', () => {
  it('owes for no longer than it has been there and a second, whatever it holds', () => {
    const proxy = { keptBytes: 240 * KIB, backlogBytes: strangerBacklogBytes };
    expect(debt({ ...proxy, ageMs: 3 * SECOND })).toBeCloseTo(0.4, 6);
    expect(debt({ ...proxy, ageMs: 20 * SECOND })).toBeCloseTo(2.1, 6);
    expect(debt({ ...proxy, ageMs: 60 * SECOND })).toBeCloseTo(240 / 64, 6);
  });

  it('has paid with its first share where that is worth as much as those it was given to find', () => {
    const rate = new ShareRate(INTERVAL_MS, 0);
    rate.onShare(2 * SECOND, 1);
    expect(debt({ keptBytes: 180 * KIB, work: rate.shownWork(2 * SECOND), ageMs: 2 * SECOND })).toBeLessThan(
      0.01,
    );
  });
});
