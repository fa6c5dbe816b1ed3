import { describe, expect, it } from '@jest/globals';
import { gridFloor } from '../../../../src/bitcoin/index.js';
import { Vardiff } from '../../../../src/stratum/session/vardiff.js';
import { difficultyAt, idealDifficulty, type Run, runMiner, seededRandom } from './modelled-miner.js';

const INTERVAL_MS = 10_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const SEEDS = Array.from({ length: 60 }, (_, i) => i + 1);
const LONG_SEEDS = SEEDS.slice(0, 16);

function vardiff(startDifficulty: number, bounds: { min?: number; max?: number } = {}): Vardiff {
  return new Vardiff(
    {
      startDifficulty,
      minDifficulty: bounds.min ?? 1e-6,
      maxDifficulty: bounds.max ?? 2 ** 50,
      shareIntervalMs: INTERVAL_MS,
    },
    0,
  );
}

interface Steady {
  readonly run: Run;
  /** Share rate over the wanted one that the difficulty implies at a time. */
  rateAt(atMs: number): number;
}

function steady(hashrate: number, startDifficulty: number, seed: number, untilMs: number): Steady {
  const pool = vardiff(startDifficulty);
  const start = pool.difficulty;
  const run = runMiner(pool, { hashrateAt: () => hashrate, latencyMs: 100, tickMs: 1000, seed }, untilMs);
  const ideal = idealDifficulty(hashrate, INTERVAL_MS);
  return { run, rateAt: (atMs) => ideal / difficultyAt(run, start, atMs) };
}

function within(factor: number): (rate: number) => boolean {
  return (rate) => rate >= 1 / factor && rate <= factor;
}

function shareOf(runs: readonly Steady[], holds: (run: Steady) => boolean): number {
  return runs.filter(holds).length / runs.length;
}

// Hashrate in H/s, the difficulty that fits it at 10 s (hashrate · 10 / 2³²), and plausible starts.
const MINERS: readonly (readonly [string, number, readonly number[]])[] = [
  ['a 50 kH/s ESP32 (1.16e-4)', 5e4, [1e-6, 1e-5, 1e-4, 2e-4]],
  ['a 1 TH/s Bitaxe (2,328)', 1e12, [1, 64, 1000, 4000]],
  ['a 200 TH/s S21 (466,000)', 2e14, [1, 1024, 65_536, 500_000]],
  ['a 100 PH/s farm (2.3e8)', 1e17, [1024, 1e6, 1e8, 4e8]],
];

describe.each(MINERS)('vardiff for %s', (_name, hashrate, starts) => {
  it.each(starts)('settles within 60 s from a start at %d', (start) => {
    const runs = SEEDS.map((seed) => steady(hashrate, start, seed, MINUTE_MS));
    expect(shareOf(runs, ({ rateAt }) => within(3)(rateAt(MINUTE_MS)))).toBeGreaterThanOrEqual(0.95);
    expect(shareOf(runs, ({ rateAt }) => within(2.01)(rateAt(MINUTE_MS)))).toBeGreaterThanOrEqual(0.8);
  });

  it('comes down from a start 256 times too high within two minutes', () => {
    const start = 256 * idealDifficulty(hashrate, INTERVAL_MS);
    const runs = SEEDS.map((seed) => steady(hashrate, start, seed, 2 * MINUTE_MS));
    expect(shareOf(runs, ({ rateAt }) => within(3)(rateAt(2 * MINUTE_MS)))).toBeGreaterThanOrEqual(0.8);
  });

  it('once settled holds the share rate within 25 % over hours and leaves the difficulty alone', () => {
    const settledMs = 10 * MINUTE_MS;
    const untilMs = 6 * HOUR_MS;
    const hours = (untilMs - settledMs) / HOUR_MS;
    let samples = 0;
    let outside = 0;
    let changes = 0;
    let furthest = 1;
    for (const seed of LONG_SEEDS) {
      const { run, rateAt } = steady(hashrate, starts[1]!, seed, untilMs);
      const shares = run.shareTimesMs.filter((atMs) => atMs > settledMs).length;
      const wanted = (untilMs - settledMs) / INTERVAL_MS;
      expect(shares / wanted).toBeGreaterThan(0.75);
      expect(shares / wanted).toBeLessThan(1.25);
      changes += run.changes.filter(({ atMs }) => atMs > settledMs).length;
      for (let atMs = settledMs; atMs < untilMs; atMs += INTERVAL_MS) {
        samples++;
        const rate = rateAt(atMs);
        if (rate < 0.8 || rate > 1.2) outside++;
        furthest = Math.max(furthest, rate, 1 / rate);
      }
    }
    expect(furthest).toBeLessThan(6);
    expect(outside / samples).toBeLessThan(0.05);
    expect(changes / hours / LONG_SEEDS.length).toBeLessThan(3);
  });
});

describe('vardiff', () => {
  it('never changes for evenly spaced shares whose rate is inside the dead band', () => {
    for (const gapMs of [8_400, 10_000, 12_200]) {
      const pool = vardiff(4096);
      for (let nowMs = gapMs; nowMs < 24 * HOUR_MS; nowMs += gapMs) {
        expect(pool.onTick(nowMs - 1)).toBeNull();
        expect(pool.onShare(nowMs)).toBeNull();
      }
    }
  });

  it('jumps at most 64-fold at the sixteenth share of a flood', () => {
    const pool = vardiff(1000);
    for (let share = 1; share < 16; share++) expect(pool.onShare(share)).toBeNull();
    expect(pool.onShare(16)).toBe(64_000);
  });

  it('does not take shares of older, easier jobs for a second flood', () => {
    const pool = vardiff(1000);
    for (let share = 1; share <= 16; share++) pool.onShare(10 * share);
    expect(pool.difficulty).toBe(64_000);
    for (let share = 17; share <= 40; share++) expect(pool.onShare(10 * share, 1000)).toBeNull();
  });

  it('eases a silent new miner 16-fold after 15, 30 and 45 s, then at each doubling', () => {
    const pool = vardiff(2 ** 30);
    const eased: [number, number][] = [];
    for (let second = 1; second <= 200; second++) {
      const difficulty = pool.onTick(second * 1000);
      if (difficulty !== null) eased.push([second, difficulty]);
    }
    expect(eased).toEqual([
      [15, 2 ** 26],
      [30, 2 ** 22],
      [45, 2 ** 18],
      [90, 2 ** 14],
      [180, 2 ** 10],
    ]);
  });

  it('eases a miner that fell silent 16-fold at most, however long it is off', () => {
    const pool = vardiff(4096);
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
  ])('follows a miner that goes from %d to %d TH/s within ten minutes', (before, after) => {
    for (const seed of SEEDS) {
      const pool = vardiff(1024);
      const hashrateAt = (nowMs: number): number => (nowMs < HOUR_MS ? before : after) * 1e12;
      const untilMs = HOUR_MS + 10 * MINUTE_MS;
      runMiner(pool, { hashrateAt, latencyMs: 100, tickMs: 1000, seed }, untilMs);
      expect(within(6)(idealDifficulty(after * 1e12, INTERVAL_MS) / pool.difficulty)).toBe(true);
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
      return within(1.5)(idealDifficulty(1e13, INTERVAL_MS) / pool.difficulty);
    });
    expect(followed.length / SEEDS.length).toBeGreaterThan(0.9);
  });

  it('does not step from 2 to 1 where 2 is nearer', () => {
    // A share each 13.3 s at difficulty 2 is a right difficulty of 1.5: 4/3 off as it is, 3/2 off at 1.
    const pool = vardiff(2);
    for (let nowMs = 13_333; nowMs < 12 * HOUR_MS; nowMs += 13_333) expect(pool.onShare(nowMs)).toBeNull();
  });

  it.each([1.3, 1.5, 1.8, 2.45, 2.7])('rests beside %d, where the grid has only integers', (ideal) => {
    const hashrate = (ideal * 2 ** 32) / 10;
    let changes = 0;
    for (const seed of [1, 2, 3, 4]) {
      const { run, rateAt } = steady(hashrate, 1, seed, 4 * HOUR_MS);
      changes += run.changes.length;
      expect(within(2)(rateAt(4 * HOUR_MS))).toBe(true);
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
});
