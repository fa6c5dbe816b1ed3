import { describe, expect, it } from '@jest/globals';
import { gridFloor } from '../../../../src/bitcoin/index.js';
import type { Vardiff } from '../../../../src/stratum/session/vardiff.js';
import { idealDifficulty, runMiner, seededRandom } from './modelled-miner.js';
import {
  drive,
  HOUR_MS,
  INTERVAL_MS,
  isWithin,
  MINUTE_MS,
  type Start,
  seeds,
  vardiff,
} from './vardiff-run.js';

const SEEDS = seeds(40);

/** Without a beginning, so that a share tells what it told the moment before. */
const ordinary = (start: number, options: Start = {}): Vardiff =>
  vardiff(start, { hasRoom: false, ...options });

describe('vardiff', () => {
  it('never changes for evenly spaced shares whose rate is inside the dead band', () => {
    for (const gapMs of [8_400, 10_000, 12_200]) {
      const pool = ordinary(4096);
      for (let nowMs = gapMs; nowMs < 6 * HOUR_MS; nowMs += gapMs) {
        expect(pool.onTick(nowMs - 1)).toBeNull();
        expect(pool.onShare(nowMs)).toBeNull();
      }
    }
  });

  it('jumps at most 64-fold at the sixteenth share of a flood', () => {
    const pool = ordinary(1000);
    for (let share = 1; share < 16; share++) expect(pool.onShare(share)).toBeNull();
    expect(pool.onShare(16)).toBe(64_000);
  });

  it('does not take shares of older, easier jobs for a second flood', () => {
    const pool = ordinary(1000);
    for (let share = 1; share <= 16; share++) pool.onShare(10 * share);
    expect(pool.difficulty).toBe(64_000);
    for (let share = 17; share <= 40; share++) expect(pool.onShare(10 * share, 1000)).toBeNull();
  });

  it('eases a silent new miner 16-fold every 15 s six times, then at each doubling', () => {
    const pool = ordinary(2 ** 30);
    const eased: [number, number][] = [];
    for (let second = 1; second <= 200; second++) {
      const difficulty = pool.onTick(second * 1000);
      if (difficulty !== null) eased.push([second, difficulty]);
    }
    expect(eased).toEqual([
      [15, 2 ** 26],
      [30, 2 ** 22],
      [45, 2 ** 18],
      [60, 2 ** 14],
      [75, 2 ** 10],
      [90, 2 ** 6],
      [180, 2 ** 2],
    ]);
  });

  it('eases a miner that it remembers 16-fold after 45 s, and as a new one after ten minutes', () => {
    const pool = vardiff(2 ** 30, { isRemembered: true });
    const eased: [number, number][] = [];
    for (let second = 1; second < 700; second++) {
      const difficulty = pool.onTick(second * 1000);
      if (difficulty !== null) eased.push([second, difficulty]);
    }
    expect(eased).toEqual([
      [45, 2 ** 26],
      [615, 2 ** 22],
      [630, 2 ** 18],
      [645, 2 ** 14],
      [660, 2 ** 10],
      [675, 2 ** 6],
      [690, 2 ** 2],
    ]);
  });

  it('eases a miner that fell silent 16-fold at most, however long it is off', () => {
    const pool = ordinary(4096);
    for (let nowMs = 10_000; nowMs <= 30 * MINUTE_MS; nowMs += 10_000) pool.onShare(nowMs);
    let nowMs = 30 * MINUTE_MS;
    for (; nowMs < 10 * HOUR_MS; nowMs += 1000) pool.onTick(nowMs);
    expect(pool.difficulty).toBe(256);
    // Back at its old hashrate it is measured afresh: its silence is no evidence of slowness.
    for (let share = 0; share < 17; share++) pool.onShare(nowMs + share * 625);
    expect(pool.difficulty).toBeGreaterThan(3000);
    expect(pool.difficulty).toBeLessThan(6000);
  });

  it.each([
    [100, 1],
    [1, 100],
  ])('follows a miner that goes from %d to %d TH/s within a quarter of an hour', (before, after) => {
    for (const seed of SEEDS) {
      const pool = vardiff(1024);
      const hashrateAt = (nowMs: number): number => (nowMs < HOUR_MS ? before : after) * 1e12;
      const untilMs = HOUR_MS + 15 * MINUTE_MS;
      runMiner(pool, { hashrateAt, latencyMs: 100, tickMs: 1000, seed }, untilMs);
      expect(isWithin(4, idealDifficulty(after * 1e12, INTERVAL_MS) / pool.difficulty)).toBe(true);
    }
  });

  it('measures a miner afresh that became ten times faster after hours, within ten minutes', () => {
    const miner = {
      hashrateAt: (nowMs: number) => (nowMs < HOUR_MS ? 1e12 : 1e13),
      latencyMs: 100,
      tickMs: 1000,
    };
    const followed = SEEDS.filter((seed) => {
      const pool = vardiff(1024);
      runMiner(pool, { ...miner, seed }, HOUR_MS + 10 * MINUTE_MS);
      return isWithin(1.5, idealDifficulty(1e13, INTERVAL_MS) / pool.difficulty);
    });
    expect(followed.length / SEEDS.length).toBeGreaterThan(0.9);
  });

  it('does not step from 2 to 1 where 2 is nearer', () => {
    // A share each 13.3 s at difficulty 2 is a right difficulty of 1.5: 4/3 off as it is, 3/2 off at 1.
    const pool = ordinary(2);
    for (let nowMs = 13_333; nowMs < 12 * HOUR_MS; nowMs += 13_333) expect(pool.onShare(nowMs)).toBeNull();
  });

  it.each([1.3, 1.5, 1.8, 2.45, 2.7])('rests beside %d, where the grid has only integers', (ideal) => {
    const hashrate = (ideal * 2 ** 32) / 10;
    let changes = 0;
    for (const seed of [1, 2, 3, 4]) {
      const { run, rateAt } = drive(vardiff(1), { hashrateAt: () => hashrate, seed }, 4 * HOUR_MS);
      changes += run.changes.length;
      expect(isWithin(2, rateAt(4 * HOUR_MS, hashrate))).toBe(true);
    }
    expect(changes / 16).toBeLessThan(3);
  });

  it('stays on the grid and inside its bounds whatever happens', () => {
    const random = seededRandom(7);
    const pool = vardiff(0.3, { min: 0.001, max: 5000 });
    let steps = 0;
    let allowed = 0;
    for (let nowMs = 0; nowMs < 10 * HOUR_MS; nowMs += 60_000 * random() ** 8) {
      if (random() < 0.5) pool.onTick(nowMs);
      else if (random() < 0.9) pool.onShare(nowMs, pool.difficulty * (random() < 0.1 ? 16 : 1));
      else pool.suggest(10 ** (12 * random() - 6), nowMs);
      const { difficulty } = pool;
      if (difficulty === gridFloor(difficulty) && difficulty >= 0.001 && difficulty <= 5000) allowed++;
      steps++;
    }
    expect(allowed).toBe(steps);
  });

  it('is never above a ceiling, which may fall, and rises again when that does', () => {
    let ceiling = 1000;
    const pool = vardiff(4000, { min: 600, ceiling: () => ceiling });
    expect(pool.difficulty).toBe(1000);
    ceiling = 500;
    expect(pool.difficulty).toBe(500);
    expect(pool.suggest(2000, 1)).toBeNull();
    for (let share = 1; share <= 40; share++) expect(pool.onShare(10 * share)).toBeNull();
    expect(pool.difficulty).toBe(500);
    ceiling = 1e9;
    expect(pool.onShare(410)).toBe(32_000);
  });

  it('tells where the last share left the difficulty, whatever silence does to it', () => {
    const pool = ordinary(4096);
    for (let second = 1; second < 20; second++) pool.onTick(second * 1000);
    expect([pool.difficulty, pool.proven]).toEqual([256, null]);
    for (let nowMs = 30_000; nowMs <= 30 * MINUTE_MS; nowMs += 10_000) pool.onShare(nowMs);
    const { difficulty } = pool;
    for (let nowMs = 30 * MINUTE_MS; nowMs < HOUR_MS; nowMs += 1000) pool.onTick(nowMs);
    expect([pool.difficulty, pool.proven]).toEqual([difficulty / 16, difficulty]);
  });

  it('takes a suggestion once, on the grid and inside the bounds, and ignores nonsense', () => {
    const pool = vardiff(1, { max: 10_000 });
    expect(pool.suggest(1000.5, 1)).toBe(1000);
    expect(pool.suggest(1000.5, 2)).toBeNull();
    expect(pool.suggest(1e9, 3)).toBe(10_000);
    for (const nonsense of [0, -1, Number.NaN, Number.NEGATIVE_INFINITY]) {
      expect(pool.suggest(nonsense, 4)).toBeNull();
    }
    expect(pool.difficulty).toBe(10_000);
  });

  it.each([30, 57, 61, 300])(
    'takes a wish before any share for the start, also %d s after the login',
    (second) => {
      const pool = vardiff(4096);
      for (let nowMs = 1000; nowMs <= second * 1000; nowMs += 1000) pool.onTick(nowMs);
      expect(pool.suggest(2 ** 20, second * 1000)).toBe(2 ** 20);
      // A beginning's first step, and silence's.
      for (let ms = 1000; ms <= 15_000; ms += 1000) pool.onTick(second * 1000 + ms);
      expect(pool.difficulty).toBe(2 ** 20 / 8 / 16);
    },
  );

  it.each([
    ['once, when silence has had its way', 3600, 600],
    ['again and again', 3 * 3600, 400],
  ])('goes 16-fold down at most for silence and a wish together: %s', (_name, seconds, every) => {
    const pool = ordinary(4096);
    for (let nowMs = 10_000; nowMs <= 30 * MINUTE_MS; nowMs += 10_000) pool.onShare(nowMs);
    const found = pool.difficulty;
    for (let second = 1; second < seconds; second++) {
      const nowMs = 30 * MINUTE_MS + second * 1000;
      if (second % every === 0) pool.suggest(second % (2 * every) === 0 ? 1e-6 : 2e-6, nowMs);
      pool.onTick(nowMs);
    }
    expect(found / pool.difficulty).toBeGreaterThan(8);
    expect(pool.difficulty).toBeGreaterThanOrEqual(gridFloor(found / 16));
  });

  it('follows a wish at most 16-fold below what the shares prove, and comes back with the next one', () => {
    const pool = ordinary(4096);
    for (let nowMs = 10_000; nowMs <= 30 * MINUTE_MS; nowMs += 10_000) pool.onShare(nowMs);
    const found = pool.difficulty;
    for (const [i, wish] of [1e-6, 2e-6, 1e-6, 2e-6].entries()) {
      pool.suggest(wish, 30 * MINUTE_MS + i);
      expect(found / pool.difficulty).toBeGreaterThan(8);
      expect(found / pool.difficulty).toBeLessThan(18);
    }
    pool.onShare(30 * MINUTE_MS + 10_000);
    expect(isWithin(1.3, found / pool.difficulty)).toBe(true);
  });

  it('follows a wish for less as it is while a share or two prove no more', () => {
    const pool = ordinary(4096);
    pool.onShare(100);
    // Two shares within 0.2 s prove at most twice the difficulty in an interval.
    pool.onShare(200);
    expect(pool.suggest(500, 300)).toBe(500);
  });
});
