import { describe, expect, it } from '@jest/globals';
import { type BelowOne, belowOneOf } from '../../../../src/stratum/session/below-one.js';
import type { Vardiff } from '../../../../src/stratum/session/vardiff.js';
import {
  drive,
  HOUR_MS,
  isWithin,
  type MeasuredRun,
  MINUTE_MS,
  partOf,
  seeds,
  vardiff,
} from './vardiff-run.js';

/** Of the main network. */
const START = 4096;
const LEAST = 0.001;

/** Bitmain's code: nothing at a difficulty below 1. */
function stockAntminer(belowOne: BelowOne, seed: number, bootMs: number, untilMs: number): MeasuredRun {
  const pool = vardiff(START, { min: LEAST, belowOne });
  const hashrateAt = (nowMs: number): number => (nowMs < bootMs ? 0 : 1e14);
  return drive(pool, { hashrateAt, seed, readsFrom: 1 }, untilMs);
}

function lowest({ run }: MeasuredRun): number {
  return Math.min(...run.changes.map(({ difficulty }) => difficulty));
}

/** Share rate over the wanted one, `ms` after its first share. */
const rateAfter = (measured: MeasuredRun, ms: number): number =>
  measured.rateAt(measured.run.shareTimesMs[0]! + ms, 1e14);

describe('a miner that nobody knows, and whose software is known for not reading what is below 1', () => {
  it.each([0, 40, 50, 60, 120, 300, 480, 1_800])(
    'boots for %d s: has work that it can do, and is settled 60 s later',
    (seconds) => {
      const bootMs = seconds * 1000;
      const runs = seeds(200).map((seed) => stockAntminer('never', seed, bootMs, bootMs + 2 * MINUTE_MS));
      for (const measured of runs) {
        expect(lowest(measured)).toBeGreaterThanOrEqual(1);
        expect(measured.run.shareTimesMs[0]! - bootMs).toBeLessThan(5_000);
      }
      expect(
        partOf(runs, (measured) => isWithin(1.25, rateAfter(measured, MINUTE_MS))),
      ).toBeGreaterThanOrEqual(0.85);
    },
  );

  it('would have none for good, if silence led below 1', () => {
    expect(stockAntminer('taken', 1, 50_000, HOUR_MS).run.shareTimesMs).toEqual([]);
  });

  it('is led to 1 where it was remembered at more and comes back after long', () => {
    const pool = vardiff(250_000, { min: LEAST, isRemembered: true, belowOne: 'never' });
    const measured = drive(pool, { hashrateAt: () => 0, seed: 1 }, HOUR_MS);
    expect(lowest(measured)).toBe(1);
  });

  it('has less than 1 all the same once its shares tell so, or its wish', () => {
    const pool = vardiff(START, { min: LEAST, belowOne: 'never' });
    const stick = drive(pool, { hashrateAt: () => 1e8, seed: 1 }, 20 * MINUTE_MS);
    expect(stick.run.shareTimesMs.length).toBeGreaterThan(20);
    expect(pool.difficulty).toBeLessThan(1);
    const wished = vardiff(START, { min: LEAST, belowOne: 'never' });
    expect(wished.suggest(0.01, 5_000)).toBeCloseTo(0.01, 3);
  });
});

describe('a miner of which nothing is known', () => {
  it.each([50, 120, 600, 1_234, 3_000])(
    'that comes after %d s and reads nothing below 1: has work within five minutes',
    (seconds) => {
      const bootMs = seconds * 1000;
      for (const seed of seeds(20)) {
        const measured = stockAntminer('doubtful', seed, bootMs, bootMs + 8 * MINUTE_MS);
        expect(measured.run.shareTimesMs[0]! - bootMs).toBeLessThan(5 * MINUTE_MS);
        expect(isWithin(2.25, rateAfter(measured, 2 * MINUTE_MS))).toBe(true);
      }
    },
  );

  it.each([
    ['a CPU of 5 MH/s', 5e6, 5],
    ['a script of 300 kH/s', 3e5, 10],
  ])('and is %s: has shares at once, and is in its place within minutes', (_name, hashrate, minutes) => {
    const rates = seeds(50).map((seed) => {
      const pool = vardiff(START, { min: 1e-6, belowOne: 'doubtful' });
      const measured = drive(pool, { hashrateAt: () => hashrate, seed }, minutes * MINUTE_MS);
      expect(measured.run.shareTimesMs[0]).toBeLessThan(4 * MINUTE_MS);
      return measured.rateAt(minutes * MINUTE_MS, hashrate);
    });
    expect(partOf(rates, (rate) => isWithin(1.5, rate))).toBeGreaterThanOrEqual(0.9);
  });

  it('is shown 1 for a minute in each five, and what is lower in between', () => {
    const pool: Vardiff = vardiff(START, { min: LEAST, belowOne: 'doubtful' });
    const { changes } = drive(pool, { hashrateAt: () => 0, seed: 1 }, 16 * MINUTE_MS).run;
    const shown = changes.filter(({ difficulty, atMs }) => difficulty === 1 && atMs > 2 * MINUTE_MS);
    expect(shown.map(({ atMs }) => atMs / MINUTE_MS)).toEqual([5, 10, 15]);
    const hidden = changes.filter(({ difficulty, atMs }) => difficulty < 1 && atMs > 2 * MINUTE_MS);
    expect(hidden.filter(({ atMs }) => atMs % (5 * MINUTE_MS) === MINUTE_MS)).toHaveLength(3);
    expect(pool.difficulty).toBe(LEAST);
  });
});

describe('what is known of a miner’s software', () => {
  it.each([
    'bmminer/2.0.0',
    'Antminer S21/Fri Apr 12 14:53:57 CST 2024',
    'cgminer/4.11.1',
    'whatsminer/v1.1',
    'bitaxe/BM1370/v2.13.1',
    'NerdQAxe++/BM1370/v1.0.36',
    '2026-02-13-0-db69f9bc-26.01-plus;bosminer-plus-tuner 0.9.0-db69f9bc',
    'stratehm-stratum-proxy-0.8.1',
    'ckproxy/0.9.9',
    'MiningRigRentals/1.0',
  ])('%s reads nothing below 1, or stands for what does not', (userAgent) => {
    expect(belowOneOf(userAgent, START)).toBe('never');
    expect(belowOneOf(userAgent, 0.5)).toBe('taken');
  });

  it.each(['cpuminer/2.5.1', 'cpuminer-opt-26.1-x64L', 'NerdMinerV2/V1.8.3', 'HAN_SOLOminer/1.0'])(
    '%s does',
    (userAgent) => {
      expect(belowOneOf(userAgent, START)).toBe('taken');
    },
  );

  it.each(['', 'bfgminer/5.5.0', 'solo.py'])('"%s" may or may not', (userAgent) => {
    expect(belowOneOf(userAgent, START)).toBe('doubtful');
    expect(belowOneOf(userAgent, 0.5)).toBe('taken');
  });
});
