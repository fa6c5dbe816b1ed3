/** Runs of vardiff at T = 10 s with modelled miners, and how far off they were. */
import type { BelowOne } from '../../../../src/stratum/session/below-one.js';
import { WHOLE_GRID } from '../../../../src/stratum/session/difficulty-grid.js';
import { Vardiff } from '../../../../src/stratum/session/vardiff.js';
import { difficultyAt, idealDifficulty, type ModelledMiner, type Run, runMiner } from './modelled-miner.js';

export const INTERVAL_MS = 10_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;

export interface Start {
  readonly min?: number;
  readonly max?: number;
  readonly isRemembered?: boolean;
  readonly hasRoom?: boolean;
  readonly wish?: number;
  readonly belowOne?: BelowOne;
  readonly ceiling?: () => number;
}

export function vardiff(startDifficulty: number, start: Start = {}): Vardiff {
  const {
    min = 1e-6,
    max = 2 ** 50,
    isRemembered = false,
    hasRoom = true,
    wish = 0,
    belowOne = 'taken',
    ceiling = () => Number.POSITIVE_INFINITY,
  } = start;
  return new Vardiff(
    {
      startDifficulty,
      minDifficulty: min,
      maxDifficulty: max,
      isRemembered,
      hasRoom,
      wish,
      belowOne,
      shareIntervalMs: INTERVAL_MS,
      grid: WHOLE_GRID,
      ceiling,
    },
    0,
  );
}

export interface MeasuredRun {
  readonly run: Run;
  /** Share rate over the wanted one that the difficulty implies at a time for `hashrate`. */
  rateAt(atMs: number, hashrate: number): number;
  /** Shares found from one time to another, over those wanted. */
  sharesOver(fromMs: number, untilMs: number): number;
}

export function drive(
  pool: Vardiff,
  miner: Pick<
    ModelledMiner,
    'hashrateAt' | 'seed' | 'evenly' | 'reportsFrom' | 'readsFrom' | 'wishes' | 'stall'
  >,
  untilMs: number,
): MeasuredRun {
  const start = pool.difficulty;
  const run = runMiner(pool, { latencyMs: 100, tickMs: 1000, ...miner }, untilMs);
  return {
    run,
    rateAt: (atMs, hashrate) => idealDifficulty(hashrate, INTERVAL_MS) / difficultyAt(run, start, atMs),
    sharesOver: (fromMs, toMs) =>
      run.shareTimesMs.filter((atMs) => atMs > fromMs && atMs <= toMs).length /
      ((toMs - fromMs) / INTERVAL_MS),
  };
}

export function seeds(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}

export function isWithin(factor: number, rate: number): boolean {
  return rate >= 1 / factor && rate <= factor;
}

/** The part of `values` for which it holds. */
export function partOf<T>(values: readonly T[], holds: (value: T) => boolean): number {
  return values.filter(holds).length / values.length;
}

/** Within 25 % of the wanted one. */
export function isRight(rate: number): boolean {
  return rate >= 0.75 && rate <= 1.25;
}
