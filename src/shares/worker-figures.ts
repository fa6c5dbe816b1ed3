/** What is known of one worker, and how a batch changes it. Pure; the database keeps one row of it. */
import { weekOf } from '../lib/index.js';
import { addWork, mergeRates, NO_RATES, type RateState } from './rate-windows.js';

/** Of a share, one each: together they are all that were submitted. */
export const OUTCOMES = [
  'accepted',
  'uncredited',
  'stale',
  'duplicate',
  'low-difficulty',
  'invalid',
  'not-stored',
] as const;
export type Outcome = (typeof OUTCOMES)[number];
export type OutcomeCounts = Readonly<Record<Outcome, number>>;

export const NO_OUTCOMES: OutcomeCounts = {
  accepted: 0,
  uncredited: 0,
  stale: 0,
  duplicate: 0,
  'low-difficulty': 0,
  invalid: 0,
  'not-stored': 0,
};

export interface WorkerFigures {
  readonly counts: OutcomeCounts;
  readonly work: bigint;
  readonly rates: RateState;
  readonly bestEver: number;
  readonly bestWeek: number;
  /** The week `bestWeek` belongs to, counted from the Monday before the Unix epoch. */
  readonly week: number;
  readonly lastShareMs: number;
}

export const NO_FIGURES: WorkerFigures = {
  counts: NO_OUTCOMES,
  work: 0n,
  rates: NO_RATES,
  bestEver: 0,
  bestWeek: 0,
  week: 0,
  lastShareMs: 0,
};

export interface WorkerGain {
  readonly accepted: number;
  readonly work: bigint;
  /** Sum of the squares of each share's work. */
  readonly squares: number;
  /** The highest difficulty a hash reached. */
  readonly best: number;
}

export function withGain(figures: WorkerFigures, gain: WorkerGain, nowMs: number): WorkerFigures {
  const week = weekOf(nowMs);
  return {
    counts: { ...figures.counts, accepted: figures.counts.accepted + gain.accepted },
    work: figures.work + gain.work,
    rates: addWork(figures.rates, { work: Number(gain.work), squares: gain.squares }, nowMs),
    bestEver: Math.max(figures.bestEver, gain.best),
    bestWeek: Math.max(week === figures.week ? figures.bestWeek : 0, gain.best),
    week,
    lastShareMs: nowMs,
  };
}

/** One worker's figures from two shards. */
export function addFigures(a: WorkerFigures, b: WorkerFigures): WorkerFigures {
  const week = Math.max(a.week, b.week);
  return {
    counts: addOutcomes(a.counts, b.counts),
    work: a.work + b.work,
    rates: mergeRates([a.rates, b.rates]),
    bestEver: Math.max(a.bestEver, b.bestEver),
    bestWeek: Math.max(a.week === week ? a.bestWeek : 0, b.week === week ? b.bestWeek : 0),
    week,
    lastShareMs: Math.max(a.lastShareMs, b.lastShareMs),
  };
}

export function addOutcomes(a: OutcomeCounts, b: Partial<OutcomeCounts>): OutcomeCounts {
  return Object.fromEntries(OUTCOMES.map((outcome) => [outcome, a[outcome] + (b[outcome] ?? 0)])) as Record<
    Outcome,
    number
  >;
}
