import { describe, expect, it } from '@jest/globals';
import { MemoryDoubt } from '../../../../src/stratum/session/memory-doubt.js';
import { seededRandom } from './modelled-miner.js';
import { drive, INTERVAL_MS, isWithin, partOf, seeds, vardiff } from './vardiff-run.js';

const REMEMBERED = 465_000;
const hashrateOf = (times: number): number => (times * REMEMBERED * 2 ** 32 * 1_000) / INTERVAL_MS;

/** Of a hundred miners with so many times the remembered speed, on from so many seconds on, the part whose rate fits later. */
function fitting(times: number, onSeconds: number, laterSeconds: number, factor?: number): number {
  const hashrate = hashrateOf(times);
  const atMs = (onSeconds + laterSeconds) * 1_000;
  const hashrateAt = (nowMs: number): number => (nowMs < onSeconds * 1_000 ? 0 : hashrate);
  const rates = seeds(100).map((seed) =>
    drive(vardiff(REMEMBERED, { isRemembered: true }), { hashrateAt, seed }, atMs + 1_000).rateAt(
      atMs,
      hashrate,
    ),
  );
  return partOf(rates, (rate) =>
    factor === undefined ? rate >= 0.75 && rate <= 1.25 : isWithin(factor, rate),
  );
}

describe('a miner that is faster than what is remembered of its name', () => {
  it.each(
    [5, 12, 20, 25, 100, 1_000].flatMap((times) => [0, 15, 20, 30].map((seconds) => ({ times, seconds }))),
  )('$times times, and is on $seconds s after its login, is found out anew', ({ times, seconds }) => {
    expect(fitting(times, seconds, 90)).toBeGreaterThanOrEqual(0.82);
  });

  it('three times is within 25 % after three minutes, and twice within 2.25', () => {
    expect(fitting(3, 0, 180)).toBeGreaterThanOrEqual(0.82);
    expect(fitting(2, 0, 180, 2.25)).toBeGreaterThanOrEqual(0.95);
  });
});

describe('the doubt in what is remembered', () => {
  it('comes to one in two hundred who are what is remembered, or fewer', () => {
    const random = seededRandom(1);
    let doubted = 0;
    for (let login = 0; login < 5_000; login++) {
      const doubt = new MemoryDoubt(64);
      let nowMs = 0;
      let tells = false;
      while (nowMs < 20 * INTERVAL_MS && !tells) {
        nowMs += -Math.log(random()) * INTERVAL_MS;
        tells = doubt.onShare(64, nowMs, INTERVAL_MS);
      }
      if (tells) doubted++;
    }
    expect(doubted).toBeLessThan(25);
  });

  it('goes by the work of shares, so that easier jobs of before say no more than they are', () => {
    const doubt = new MemoryDoubt(64);
    for (let share = 0; share < 40; share++)
      expect(doubt.onShare(16, share * 2_500, INTERVAL_MS)).toBe(false);
  });

  it('is told once, and not of fifteen shares that a stalled line brings together', () => {
    const stalled = new MemoryDoubt(64);
    const told = (doubt: MemoryDoubt, shares: number): number[] =>
      Array.from({ length: shares }, (_, share) => share).filter(() =>
        doubt.onShare(64, 30_000, INTERVAL_MS),
      );
    expect(told(stalled, 16)).toEqual([]);
    expect(told(new MemoryDoubt(64), 40)).toEqual([16]);
  });
});
