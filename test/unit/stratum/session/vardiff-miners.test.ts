import { describe, expect, it } from '@jest/globals';
import { idealDifficulty } from './modelled-miner.js';
import {
  drive,
  HOUR_MS,
  INTERVAL_MS,
  isWithin,
  type MeasuredRun,
  MINUTE_MS,
  partOf,
  seeds,
  vardiff,
} from './vardiff-run.js';

// Hashrate in H/s, and the difficulty that fits it at 10 s (hashrate · 10 / 2³²).
const MINERS: readonly (readonly [string, number])[] = [
  ['a 50 kH/s ESP32 (1.16e-4)', 5e4],
  ['a 1.2 TH/s Bitaxe (2,794)', 1.2e12],
  ['a 200 TH/s S21 (466,000)', 2e14],
  ['a 100 PH/s farm behind one connection (2.3e8)', 1e17],
];
const SETTLED_MS = 10 * MINUTE_MS;
const OUTSIDE = { low: 0.8, high: 1.2 };

function steady(hashrate: number, start: number, seed: number, untilMs: number): MeasuredRun {
  return drive(vardiff(start), { hashrateAt: () => hashrate, seed }, untilMs);
}

describe.each(MINERS)('vardiff for %s', (_name, hashrate) => {
  const ideal = idealDifficulty(hashrate, INTERVAL_MS);
  // From a millionth of what fits, as far as the grid's 1e-6 allows, to twice of it.
  const starts = [-20, -17, -14, -11.5, -8, -6, -4, -2, -1, 0, 1]
    .map((power) => ideal * 2 ** power)
    .filter((start) => start >= 1e-6);

  it.each(starts)('settles within 60 s from a start at %d', (start) => {
    // A start far too low floods the first moments: fewer of those runs, since each takes long.
    const rates = seeds(start < ideal / 2 ** 15 ? 40 : 200).map((seed) =>
      steady(hashrate, start, seed, MINUTE_MS).rateAt(MINUTE_MS, hashrate),
    );
    expect(partOf(rates, (rate) => isWithin(3, rate))).toBeGreaterThanOrEqual(0.95);
    expect(partOf(rates, (rate) => isWithin(2.25, rate))).toBeGreaterThanOrEqual(0.85);
  });

  it('comes down from a start 256 times too high within two minutes', () => {
    const rates = seeds(60).map((seed) =>
      steady(hashrate, 256 * ideal, seed, 2 * MINUTE_MS).rateAt(2 * MINUTE_MS, hashrate),
    );
    expect(partOf(rates, (rate) => isWithin(3, rate))).toBeGreaterThanOrEqual(0.8);
  });

  it('once settled brings the wanted shares to within 25 % every hour, and leaves the difficulty alone', () => {
    const untilMs = 6 * HOUR_MS + SETTLED_MS;
    const hours: number[] = [];
    let samples = 0;
    let outside = 0;
    let excursions = 0;
    let swings = 0;
    let changes = 0;
    let furthest = 1;
    for (const seed of seeds(10)) {
      const measured = steady(hashrate, ideal / 8, seed, untilMs);
      for (let fromMs = SETTLED_MS; fromMs < untilMs; fromMs += HOUR_MS) {
        hours.push(measured.sharesOver(fromMs, fromMs + HOUR_MS));
      }
      changes += measured.run.changes.filter(({ atMs }) => atMs > SETTLED_MS).length;
      let side = 0;
      let lastSide = 0;
      for (let atMs = SETTLED_MS; atMs < untilMs; atMs += 5000) {
        const rate = measured.rateAt(atMs, hashrate);
        const nowSide = rate > OUTSIDE.high ? 1 : rate < OUTSIDE.low ? -1 : 0;
        samples++;
        if (nowSide !== 0) outside++;
        if (nowSide !== 0 && nowSide !== side) {
          excursions++;
          if (nowSide === -lastSide) swings++;
          lastSide = nowSide;
        }
        side = nowSide;
        furthest = Math.max(furthest, rate, 1 / rate);
      }
    }
    const total = hours.length;
    expect(partOf(hours, (rate) => rate > 0.75 && rate < 1.25)).toBe(1);
    expect(outside / samples).toBeLessThan(0.05);
    expect(excursions / total).toBeLessThan(0.4);
    expect(swings / total).toBeLessThan(0.1);
    expect(changes / total).toBeLessThan(1.5);
    expect(furthest).toBeLessThan(6);
  });

  it('without chance is within a factor of 1.75 after 60 s, in the dead band for good after 12 minutes', () => {
    for (const start of starts) {
      const untilMs = 2 * HOUR_MS;
      const { run, rateAt } = drive(
        vardiff(start),
        { hashrateAt: () => hashrate, seed: 1, evenly: true },
        untilMs,
      );
      expect([start, isWithin(1.75, rateAt(MINUTE_MS, hashrate))]).toEqual([start, true]);
      for (let atMs = 12 * MINUTE_MS; atMs < untilMs; atMs += INTERVAL_MS) {
        const rate = rateAt(atMs, hashrate);
        expect([start, rate >= OUTSIDE.low && rate <= OUTSIDE.high]).toEqual([start, true]);
      }
      // From below it only goes up: no change is ever taken back.
      const difficulties = run.changes.map(({ difficulty }) => difficulty);
      if (start < ideal) expect(difficulties).toEqual(difficulties.toSorted((a, b) => a - b));
    }
  });
});

describe('vardiff for a heater of 100 TH/s that is on and off', () => {
  const ON = 1e14;

  it.each([
    [5, 5],
    [20, 20],
    [20, 60],
  ])('%d minutes on and %d off: settled again 60 s after each return', (onMinutes, offMinutes) => {
    const periodMs = (onMinutes + offMinutes) * MINUTE_MS;
    const hashrateAt = (nowMs: number): number => (nowMs % periodMs < onMinutes * MINUTE_MS ? ON : 0);
    const rates: number[] = [];
    const shares: number[] = [];
    for (const seed of seeds(12)) {
      const { run, rateAt } = drive(vardiff(4096), { hashrateAt, seed }, 8 * periodMs);
      for (let period = 1; period < 8; period++) {
        const backMs = period * periodMs;
        rates.push(rateAt(backMs + MINUTE_MS, ON));
        shares.push(run.shareTimesMs.filter((at) => at >= backMs && at < backMs + MINUTE_MS).length);
      }
      // However long it is off, it comes back to a sixteenth of what it left, or a step of chance below that.
      const lowest = Math.min(...run.changes.filter(({ atMs }) => atMs > periodMs).map((c) => c.difficulty));
      expect(lowest).toBeGreaterThan(idealDifficulty(ON, INTERVAL_MS) / 16 / 2.5);
    }
    expect(partOf(rates, (rate) => isWithin(3, rate))).toBeGreaterThanOrEqual(0.95);
    expect(partOf(rates, (rate) => isWithin(2.25, rate))).toBeGreaterThanOrEqual(0.85);
    expect(Math.max(...shares)).toBeLessThan(40);
  });
});

describe('vardiff for a rental order that turns 1 TH/s into 1,000', () => {
  it.each([5, 60, 240])(
    'after %d minutes: settled again within 60 s, at the cost of 140 shares at most',
    (minutes) => {
      const burstMs = minutes * MINUTE_MS + 1_234;
      const runs = seeds(minutes > 100 ? 10 : 40).map((seed) =>
        drive(
          vardiff(4096),
          { hashrateAt: (nowMs) => (nowMs < burstMs ? 1e12 : 1e15), seed },
          burstMs + MINUTE_MS,
        ),
      );
      const rates = runs.map(({ rateAt }) => rateAt(burstMs + MINUTE_MS, 1e15));
      expect(partOf(rates, (rate) => isWithin(3, rate))).toBeGreaterThanOrEqual(0.95);
      const shares = runs.map(({ sharesOver }) => 6 * sharesOver(burstMs, burstMs + MINUTE_MS));
      expect(Math.max(...shares)).toBeLessThan(140);
    },
  );
});

describe('vardiff for a miner that comes back', () => {
  const HASHRATE = 2e14;
  const ideal = idealDifficulty(HASHRATE, INTERVAL_MS);
  const comeBack = (seed: number, isRemembered: boolean): MeasuredRun =>
    drive(vardiff(ideal, { isRemembered }), { hashrateAt: () => HASHRATE, seed }, MINUTE_MS);
  const eased = (seed: number, isRemembered: boolean): boolean =>
    comeBack(seed, isRemembered).run.changes.some(({ difficulty }) => difficulty < ideal / 3);

  it('keeps a remembered difficulty through the silences of chance', () => {
    // No share in 4.5 T: e^-4.5, one in 90. Without memory in 1.5 T: e^-1.5, one in 4.5.
    expect(partOf(seeds(300), (seed) => eased(seed, true))).toBeLessThan(0.04);
    expect(partOf(seeds(300), (seed) => eased(seed, false))).toBeGreaterThan(0.15);
  });

  it('is settled from its first share on', () => {
    const rates = seeds(100).map((seed) => comeBack(seed, true).rateAt(MINUTE_MS, HASHRATE));
    expect(partOf(rates, (rate) => isWithin(2.25, rate))).toBeGreaterThanOrEqual(0.95);
  });
});

describe('vardiff whose share interval is stretched', () => {
  it.each([
    [10_000, 60_000],
    [60_000, 10_000],
    [10_000, 22_000],
  ])(
    'from %d to %d ms follows within five minutes and then holds the new interval to within 25 %%',
    (from, to) => {
      const untilMs = 7 * HOUR_MS;
      for (const seed of seeds(8)) {
        const pool = vardiff(2794);
        pool.setInterval(from, 0);
        let stretched = false;
        const hashrateAt = (nowMs: number): number => {
          if (nowMs >= HOUR_MS && !stretched) {
            stretched = true;
            pool.setInterval(to, Math.floor(nowMs));
          }
          return 1.2e12;
        };
        const { run, rateAt } = drive(pool, { hashrateAt, seed }, untilMs);
        const stretch = to / INTERVAL_MS;
        expect(isWithin(2, rateAt(HOUR_MS + 5 * MINUTE_MS, 1.2e12 * stretch))).toBe(true);
        const late = run.shareTimesMs.filter((atMs) => atMs > 2 * HOUR_MS).length;
        const wanted = (5 * HOUR_MS) / to;
        expect(late / wanted).toBeGreaterThan(0.75);
        expect(late / wanted).toBeLessThan(1.25);
      }
    },
  );
});
