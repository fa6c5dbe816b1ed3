/**
 * The shard's `workers` rows, with the figures of those seen lately in memory: a batch computes from memory, writes
 * in its transaction, and memory follows only once that has committed.
 */
import type { Database } from 'better-sqlite3';
import { decodeRates, encodeRates, NO_RATES } from './rate-windows.js';
import type { OutcomeCount } from './share-batch.js';
import {
  addOutcomes,
  type Outcome,
  type WorkerFigures,
  type WorkerGain,
  withGain,
} from './worker-figures.js';

interface FiguresRow {
  accepted: number;
  uncredited: number;
  stale: number;
  duplicate: number;
  low_difficulty: number;
  invalid: number;
  work: string;
  rates?: Uint8Array | null;
  best_ever?: number;
  best_week?: number;
  week?: number;
  last_share_ms?: number;
}

/** From a row of `workers` or `rounds`; zeros for a row that is not there. */
export function readFigures(row: unknown): WorkerFigures {
  const figures = (row ?? {}) as Partial<FiguresRow>;
  return {
    counts: {
      accepted: figures.accepted ?? 0,
      uncredited: figures.uncredited ?? 0,
      stale: figures.stale ?? 0,
      duplicate: figures.duplicate ?? 0,
      'low-difficulty': figures.low_difficulty ?? 0,
      invalid: figures.invalid ?? 0,
    },
    work: BigInt(figures.work ?? '0'),
    rates: figures.rates == null ? NO_RATES : decodeRates(figures.rates),
    bestEver: figures.best_ever ?? 0,
    bestWeek: figures.best_week ?? 0,
    week: figures.week ?? 0,
    lastShareMs: figures.last_share_ms ?? 0,
  };
}

const MOST_IN_MEMORY = 200_000;

export class WorkerRows {
  private readonly known = new Map<number, WorkerFigures>();

  constructor(private readonly database: Database) {}

  /** Inside the batch's transaction; returns what `settle` takes after it. */
  apply(
    gains: ReadonlyMap<number, WorkerGain>,
    counts: readonly OutcomeCount[],
    nowMs: number,
  ): ReadonlyMap<number, WorkerFigures> {
    const touched = new Map<number, WorkerFigures>();
    for (const [worker, gain] of gains) touched.set(worker, withGain(this.figures(worker), gain, nowMs));
    for (const { worker, outcome, count } of counts) {
      if (worker === null) continue;
      const figures = touched.get(worker) ?? this.figures(worker);
      const added: Partial<Record<Outcome, number>> = { [outcome]: count };
      touched.set(worker, { ...figures, counts: addOutcomes(figures.counts, added) });
    }
    for (const [worker, figures] of touched) this.write(worker, figures);
    return touched;
  }

  settle(touched: ReadonlyMap<number, WorkerFigures>): void {
    if (this.known.size > MOST_IN_MEMORY) this.known.clear();
    for (const [worker, figures] of touched) this.known.set(worker, figures);
  }

  private figures(worker: number): WorkerFigures {
    return (
      this.known.get(worker) ??
      readFigures(this.database.prepare('SELECT * FROM workers WHERE id = ?').get(worker))
    );
  }

  private write(worker: number, { counts, ...figures }: WorkerFigures): void {
    this.database
      .prepare(
        `UPDATE workers SET accepted = ?, uncredited = ?, stale = ?, duplicate = ?, low_difficulty = ?, invalid = ?,
         work = ?, rates = ?, best_ever = ?, best_week = ?, week = ?, last_share_ms = ? WHERE id = ?`,
      )
      .run(
        counts.accepted,
        counts.uncredited,
        counts.stale,
        counts.duplicate,
        counts['low-difficulty'],
        counts.invalid,
        figures.work.toString(),
        encodeRates(figures.rates),
        figures.bestEver,
        figures.bestWeek,
        figures.week,
        figures.lastShareMs,
        worker,
      );
  }
}
