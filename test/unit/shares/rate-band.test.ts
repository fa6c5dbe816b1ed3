import { describe, expect, it } from '@jest/globals';
import { bitsOfDifficulty, workOfBits } from '../../../src/bitcoin/index.js';
import { rateBand } from '../../../src/shares/rate-band.js';
import { addWork, bandsAt, NO_RATES, type RateWindow, ratesAt } from '../../../src/shares/rate-windows.js';
import { runMiner } from '../stratum/session/modelled-miner.js';
import { HOUR_MS, MINUTE_MS, seeds, vardiff } from '../stratum/session/vardiff-run.js';

describe('the band of a hashrate', () => {
  // Exact 95 % intervals of a Poisson count, as tables of Garwood's have them.
  it.each([
    [5, 1.623, 11.668],
    [10, 4.795, 18.39],
    [20, 12.217, 30.889],
    [50, 37.11, 65.92],
    [100, 81.364, 121.627],
  ])('of %d equal shares is the exact interval of a count', (count, low, high) => {
    const weight = 7e12;
    const band = rateBand(count * weight, count * weight ** 2, weight);
    expect(band.low / weight / low).toBeCloseTo(1, 1.5);
    expect(band.high / weight / high).toBeCloseTo(1, 1.5);
  });

  it('reaches from 0 to 3.69 shares when none came, and is nothing where none ever did', () => {
    // -ln 0.025 = 3.689.
    const { low, high } = rateBand(0, 0, 1000);
    expect(low).toBe(0);
    expect(high / 1000).toBeCloseTo(3.69, 0);
    expect(rateBand(0, 0, 0)).toEqual({ low: 0, high: 0 });
  });

  it('is as wide for one share of 100 and many of 1 as the one makes it', () => {
    const wide = rateBand(200, 100 ** 2 + 100, 1);
    expect(wide.low).toBeLessThan(100);
    expect(rateBand(200, 200, 1).low).toBeGreaterThan(170);
  });
});

describe('a hashrate told from a modelled miner’s shares', () => {
  const TRUTH = 1.2e12;
  const DAYS = 2;
  /** Samples of a window at moments that share little of their past. */
  const SAMPLED: readonly (readonly [RateWindow, number])[] = [
    ['5m', 20 * MINUTE_MS],
    ['1h', 2 * HOUR_MS],
  ];
  const works = new Map<number, number>();

  function workOf(difficulty: number): number {
    const known = works.get(difficulty) ?? Number(workOfBits(bitsOfDifficulty(difficulty)));
    works.set(difficulty, known);
    return known;
  }

  it('is within 3 % after two days, and inside its band 95 times of 100 at any time', () => {
    const samples = new Map(SAMPLED.map(([window]) => [window, { inside: 0, all: 0 }]));
    for (const seed of seeds(12)) {
      const miner = { hashrateAt: () => TRUTH, latencyMs: 100, tickMs: 10_000, seed };
      const untilMs = DAYS * 24 * HOUR_MS;
      const { shareTimesMs, shareDifficulties } = runMiner(vardiff(1024), miner, untilMs);
      let state = NO_RATES;
      const due = new Map(SAMPLED.map(([window]) => [window, 6 * HOUR_MS]));
      for (const [i, atMs] of shareTimesMs.entries()) {
        for (const [window, everyMs] of SAMPLED) {
          const dueMs = due.get(window)!;
          if (atMs < dueMs) continue;
          due.set(window, dueMs + everyMs);
          const { low, high } = bandsAt(state, dueMs)[window];
          const sample = samples.get(window)!;
          sample.all++;
          if (low <= TRUTH && TRUTH <= high) sample.inside++;
        }
        const work = workOf(shareDifficulties[i]!);
        state = addWork(state, { work, squares: work ** 2 }, atMs);
      }
      // Two days of a one-day window hold 2 · 8,640 · (1 - e^-2)² / (1 - e^-4) = 13,200 shares' worth: 1.7 % at 95 %.
      const rate = ratesAt(state, untilMs)['1d'];
      const { low, high } = bandsAt(state, untilMs)['1d'];
      expect(Math.abs(rate / TRUTH - 1)).toBeLessThan(0.03);
      expect((high - low) / 2 / rate).toBeLessThan(0.03);
      expect((high - low) / 2 / rate).toBeGreaterThan(0.01);
    }
    for (const { inside, all } of samples.values()) {
      expect(inside / all).toBeGreaterThan(0.92);
      expect(inside / all).toBeLessThan(0.985);
    }
  });
});
