import { describe, expect, it } from '@jest/globals';
import {
  addWork,
  bandsAt,
  decodeRates,
  encodeRates,
  mergeRates,
  NO_RATES,
  RATE_WINDOWS,
  type RateState,
  ratesAt,
  type WorkSum,
} from '../../../src/shares/rate-windows.js';

const START_MS = 1_800_000_000_000;

/** One share. */
function one(work: number): WorkSum {
  return { work, squares: work ** 2 };
}

/** A share of `work` every `everySeconds`, the first at START_MS. */
function steady(work: number, everySeconds: number, seconds: number): RateState {
  let state = NO_RATES;
  for (let at = 0; at <= seconds; at += everySeconds) state = addWork(state, one(work), START_MS + at * 1000);
  return state;
}

describe('hashrate windows', () => {
  it('are zero before the first share', () => {
    expect(Object.values(ratesAt(NO_RATES, START_MS))).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });

  it('fade by 1/e a window length: one share after 60 s', () => {
    const state = addWork(addWork(NO_RATES, one(0), START_MS - 600_000_000), one(6000), START_MS);
    const rates = ratesAt(state, START_MS + 60_000);
    // 6000 hashes / 60 s / e, and 6000 / 300 / e^(60/300); the counting began long enough ago to need no scaling.
    expect(rates['1m']).toBeCloseTo(100 / Math.E, 6);
    expect(rates['5m']).toBeCloseTo(20 * Math.exp(-0.2), 6);
  });

  it.each([
    ['10 minutes', 600],
    ['3 hours', 10_800],
  ])('read a steady miner right in every window after %s', (_, seconds) => {
    // 4e9 hashes every 10 s: 4e8 a second. The first share, which counts no time before it, adds 10 s of work.
    const rates = ratesAt(steady(4e9, 10, seconds), START_MS + seconds * 1000);
    for (const window of RATE_WINDOWS) {
      expect(rates[window]).toBeGreaterThan(4e8 * 0.95);
      expect(rates[window]).toBeLessThan(4e8 * 1.1);
    }
  });

  it('go on fading while the process is down', () => {
    const state = decodeRates(encodeRates(steady(4e9, 10, 7200)));
    const atStop = ratesAt(state, START_MS + 7_200_000);
    const later = ratesAt(state, START_MS + 7_500_000);
    // Five minutes: e⁻⁵ of the 1m window, e⁻¹ of the 5m one.
    expect(later['1m'] / atStop['1m']).toBeCloseTo(Math.exp(-5), 6);
    expect(later['5m'] / atStop['5m']).toBeCloseTo(Math.exp(-1), 6);
  });

  it('come back from storage as they were', () => {
    const state = steady(123.5, 7, 1000);
    expect(decodeRates(encodeRates(state))).toEqual(state);
  });

  it('written before squares were kept are as uncertain as one share of all their work', () => {
    const { startMs, atMs, values } = steady(4e9, 10, 7200);
    const old = decodeRates(new Uint8Array(Float64Array.of(startMs, atMs, ...values).buffer));
    expect(ratesAt(old, atMs)).toEqual(ratesAt(steady(4e9, 10, 7200), atMs));
    // Of one share the exact interval is from 0.0253 to 5.57, without its upper end's further share 3.69.
    const { low, high } = bandsAt(old, atMs)['1h'];
    const rate = ratesAt(old, atMs)['1h'];
    expect(low / rate).toBeLessThan(0.03);
    expect(high / rate).toBeGreaterThan(3.5);
  });

  it('add up: two miners of different rates are one of their sum', () => {
    const merged = mergeRates([steady(1e9, 10, 3600), NO_RATES, steady(3e9, 10, 3600)]);
    const whole = ratesAt(steady(4e9, 10, 3600), START_MS + 3_600_000);
    const rates = ratesAt(merged, START_MS + 3_600_000);
    for (const window of RATE_WINDOWS) expect(rates[window] / whole[window]).toBeCloseTo(1, 9);
    expect(mergeRates([])).toEqual(NO_RATES);
  });

  it('fade again at once after a clock that was far ahead is set right', () => {
    const ahead = addWork(steady(4e9, 10, 600), one(4e9), START_MS + 1e12);
    const right = addWork(ahead, one(0), START_MS + 610_000);
    const later = addWork(right, one(0), START_MS + 670_000);
    expect(later.values[0]! / right.values[0]!).toBeCloseTo(1 / Math.E, 6);
  });
});
