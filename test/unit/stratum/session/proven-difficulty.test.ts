/** What a connection leaves of a miner that is silent now and then: the next one begins at it. */
import { describe, expect, it } from '@jest/globals';
import type { Vardiff } from '../../../../src/stratum/session/vardiff.js';
import { idealDifficulty } from './modelled-miner.js';
import {
  drive,
  HOUR_MS,
  INTERVAL_MS,
  isRight,
  isWithin,
  MINUTE_MS,
  partOf,
  type Start,
  seeds,
  vardiff,
} from './vardiff-run.js';

const S21 = 2e14;
const ideal = idealDifficulty(S21, INTERVAL_MS);
const REMEMBERED: Start = { isRemembered: true };

/** Rates 60 s into connections that begin where an earlier one has left what is remembered; `before`: what was until then. */
function nextAfter(first: (seed: number) => Vardiff, start: Start = REMEMBERED, before = ideal): number[] {
  return seeds(200).map((seed) => {
    const next = vardiff(first(seed).proven ?? before, start);
    return drive(next, { hashrateAt: () => S21, seed: 5_000 + seed }, MINUTE_MS).rateAt(MINUTE_MS, S21);
  });
}

describe('what is remembered of an S21', () => {
  it.each([1, 5, 8, 10, 30])(
    'that boots for four minutes, where rounds have no room, and drops %d s later',
    (seconds) => {
      const start: Start = { ...REMEMBERED, hasRoom: false };
      const hashrateAt = (nowMs: number): number => (nowMs < 240_000 ? 0 : S21);
      const rates = nextAfter((seed) => {
        const pool = vardiff(ideal, start);
        drive(pool, { hashrateAt, seed }, 240_000 + seconds * 1000);
        return pool;
      }, start);
      expect(partOf(rates, (rate) => isWithin(2.25, rate))).toBeGreaterThanOrEqual(0.95);
    },
  );

  it.each([1 / 100, 1 / 20, 0.3, 5])(
    'that is off, wishes for %d of what fits, and drops soon after',
    (part) => {
      const hashrateAt = (nowMs: number): number => (nowMs < 1_200_000 || nowMs >= 1_550_000 ? S21 : 0);
      const wishes = [{ atMs: 1_549_000, difficulty: part * ideal }];
      for (const seconds of [1, 5, 30]) {
        const rates = nextAfter((seed) => {
          const pool = vardiff(ideal, REMEMBERED);
          drive(pool, { hashrateAt, seed, wishes }, 1_550_000 + seconds * 1000);
          return pool;
        });
        expect(partOf(rates, isRight)).toBeGreaterThanOrEqual(0.82);
      }
    },
  );

  it.each([
    [0.1, 40, 110],
    [10, 40, 110],
    [10, 30, 300],
    [1, 90, 110],
    [1, 40, 110],
  ])(
    'that had %d times the speed once, and is on for %d s and off for %d',
    (times, onSeconds, offSeconds) => {
      const cycleMs = (onSeconds + offSeconds) * 1000;
      const hashrateAt = (nowMs: number): number => {
        if (nowMs < 5 * MINUTE_MS) return times * S21;
        return (nowMs - 5 * MINUTE_MS) % cycleMs < offSeconds * 1000 ? 0 : S21;
      };
      const rates = nextAfter((seed) => {
        const pool = vardiff(4096);
        drive(pool, { hashrateAt, seed }, 5 * MINUTE_MS + HOUR_MS);
        // Of the last of its phases, not of any share ever.
        expect(pool.provenMs).toBeGreaterThan(HOUR_MS - 2 * cycleMs);
        return pool;
      });
      expect(partOf(rates, (rate) => isWithin(2.25, rate))).toBeGreaterThanOrEqual(0.9);
    },
  );

  it('stays as old as it is while fewer shares than nine say something else', () => {
    const pool = vardiff(ideal, REMEMBERED);
    const settled = drive(pool, { hashrateAt: () => S21, seed: 1 }, HOUR_MS).run.shareTimesMs.at(-1)!;
    expect(pool.provenMs).toBe(Math.floor(settled));
    const { proven } = pool;
    let nowMs = HOUR_MS;
    for (; nowMs < HOUR_MS + 400_000; nowMs += 1000) pool.onTick(nowMs);
    pool.onShare(nowMs, pool.difficulty);
    expect(pool.proven! / proven!).toBeGreaterThan(0.8);
    expect(pool.proven! / proven!).toBeLessThan(1.25);
  });
});

describe('a miner that brings at once what a stall behind its login held up', () => {
  it.each([10, 20, 40])('and drops %d s later is remembered no further off', (seconds) => {
    const stall = { fromMs: 1_000, untilMs: 91_000 };
    const rates = nextAfter((seed) => {
      const pool = vardiff(ideal, REMEMBERED);
      drive(pool, { hashrateAt: () => S21, seed, stall }, stall.untilMs + seconds * 1000);
      return pool;
    });
    expect(partOf(rates, (rate) => isWithin(2.25, rate))).toBeGreaterThanOrEqual(0.95);
    expect(partOf(rates, isRight)).toBeGreaterThanOrEqual(0.82);
  });
});

describe('an order at what is the lowest of its marketplace and was remembered', () => {
  it.each([
    [20, 60],
    [100, 150],
    [1000, 60],
  ])('of %d times the speed after %d s of silence is found out anew', (times, seconds) => {
    const hashrateAt = (nowMs: number): number => (nowMs < seconds * 1000 ? 0 : times * S21);
    const start: Start = { ...REMEMBERED, min: 524_288 };
    const rates = seeds(100).map((seed) =>
      drive(vardiff(524_288, start), { hashrateAt, seed }, seconds * 1000 + MINUTE_MS).rateAt(
        seconds * 1000 + MINUTE_MS,
        times * S21,
      ),
    );
    expect(partOf(rates, isRight)).toBeGreaterThanOrEqual(0.82);
  });
});

describe('silence at what is remembered', () => {
  it.each([1000, 2])(
    'takes who wishes for %d there, and no further than to a sixteenth of it in ten minutes',
    (wish) => {
      const pool = vardiff(ideal, { ...REMEMBERED, wish });
      const { run } = drive(pool, { hashrateAt: () => 0, seed: 1 }, 10 * MINUTE_MS);
      expect(run.changes[0]).toEqual({ atMs: 45_000, difficulty: wish });
      expect(Math.min(...run.changes.map(({ difficulty }) => difficulty))).toBeGreaterThanOrEqual(wish / 16);
      drive(pool, { hashrateAt: () => 0, seed: 1 }, 0);
      for (let nowMs = 10 * MINUTE_MS; nowMs < 15 * MINUTE_MS; nowMs += 1000) pool.onTick(nowMs);
      expect(pool.difficulty).toBeLessThan(wish / 100);
    },
  );
});

describe('an order behind a pause at the lowest that a marketplace takes', () => {
  it.each([
    [3e14, 60],
    [1e13, 60],
    [1e13, 7],
  ])('of %d H/s for ten minutes, off for %d minutes, then 10 PH/s: is no stalled line', (before, minutes) => {
    const backMs = (10 + minutes) * MINUTE_MS;
    const hashrateAt = (nowMs: number): number =>
      nowMs < 10 * MINUTE_MS ? before : nowMs < backMs ? 0 : 1e16;
    for (const seed of seeds(20)) {
      const measured = drive(vardiff(524_288, { min: 524_288 }), { hashrateAt, seed }, backMs + MINUTE_MS);
      expect(isWithin(3, measured.rateAt(backMs + MINUTE_MS, 1e16))).toBe(true);
      expect(measured.run.shareTimesMs.filter((atMs) => atMs > backMs).length).toBeLessThan(140);
    }
  });
});

describe('a line that stalls while the miner goes on', () => {
  it.each([60, 90, 110, 150, 240, 400])('for %d s: nothing is another than before', (seconds) => {
    const stall = { fromMs: HOUR_MS, untilMs: HOUR_MS + seconds * 1000 };
    for (const hashrate of [1.2e12, S21]) {
      const runs = seeds(100).map((seed) =>
        drive(vardiff(4096), { hashrateAt: () => hashrate, seed, stall }, stall.untilMs + 10 * MINUTE_MS),
      );
      for (const afterMs of [1_000, MINUTE_MS, 3 * MINUTE_MS, 10 * MINUTE_MS]) {
        const rates = runs.map(({ rateAt }) => rateAt(stall.untilMs + afterMs, hashrate));
        expect(partOf(rates, isRight)).toBeGreaterThanOrEqual(0.93);
      }
    }
  });
});
