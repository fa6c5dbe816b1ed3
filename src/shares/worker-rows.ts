/**
 * The shard's `workers` rows, with the figures of those seen lately in memory. Memory runs ahead of an unfinished
 * transaction, so whoever rolls one back calls `forget`.
 */

import type { Database, Statement } from 'better-sqlite3';
import { CodedError, weekOf } from '../lib/index.js';
import { decodeRates, encodeRates, NO_RATES } from './rate-windows.js';
import type { ProvenDifficulty } from './share-batch.js';
import { ShardAlteredError } from './storage-fault.js';
import { workOfText } from './work-text.js';
import {
  addOutcomes,
  type OutcomeCounts,
  type WorkerFigures,
  type WorkerGain,
  withGain,
} from './worker-figures.js';

export class WorkerRowsError extends CodedError<'WORKER_UNKNOWN'> {}

export interface WorkerMemory {
  /** Row number. */
  readonly worker: number;
  /** Of the last 24 hours; null for none. */
  readonly difficulty: ProvenDifficulty | null;
  /** The highest difficulty a share of it ever reached; 0 for none. */
  readonly bestEver: number;
  /** Of this week, from Monday. */
  readonly bestWeek: number;
}

interface FiguresRow {
  accepted: number;
  uncredited: number;
  stale: number;
  duplicate: number;
  low_difficulty: number;
  invalid: number;
  not_stored?: number;
  work: string;
  rates?: Uint8Array | null;
  best_ever?: number;
  best_week?: number;
  week?: number;
  last_share_ms?: number;
}

interface KnownWorker {
  readonly miner: number;
  figures: WorkerFigures;
}

interface MemoryRow {
  id: number;
  difficulty: number | null;
  difficulty_ms: number;
  difficulty_by: string | null;
  best_ever: number;
  best_week: number;
  week: number;
}

/** From a row of `workers` or `rounds`; zeros for a row that is not there. Throws `ShardAlteredError`. */
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
      // A shard of an older version has none.
      'not-stored': figures.not_stored ?? 0,
    },
    work: workOfText(figures.work ?? '0'),
    rates: figures.rates == null ? NO_RATES : decodeRates(figures.rates),
    bestEver: figures.best_ever ?? 0,
    bestWeek: figures.best_week ?? 0,
    week: figures.week ?? 0,
    lastShareMs: figures.last_share_ms ?? 0,
  };
}

const MOST_IN_MEMORY = 50_000;
/** A difficulty says little about hardware that was away for longer. */
const DIFFICULTY_MEMORY_MS = 86_400_000;

export class WorkerRows {
  private readonly known = new Map<number, KnownWorker>();
  private readonly insert: Statement<[number, string]>;
  private readonly find: Statement<[number, string], MemoryRow>;
  private readonly select: Statement<[number], { miner: number }>;
  private readonly named: Statement<[number], { miner: number; name: string }>;
  private readonly update: Statement;
  private readonly setDifficulty: Statement<
    [ProvenDifficulty & { readonly worker: number; readonly nowMs: number }]
  >;

  constructor(database: Database) {
    this.insert = database.prepare('INSERT OR IGNORE INTO workers (miner, name) VALUES (?, ?)');
    this.find = database.prepare(
      `SELECT id, difficulty, difficulty_ms, difficulty_by, best_ever, best_week, week FROM workers
       WHERE miner = ? AND name = ?`,
    );
    this.select = database.prepare('SELECT * FROM workers WHERE id = ?');
    this.named = database.prepare('SELECT miner, name FROM workers WHERE id = ?');
    this.update = database.prepare(
      `UPDATE workers SET accepted = ?, uncredited = ?, stale = ?, duplicate = ?, low_difficulty = ?, invalid = ?,
         not_stored = ?, work = ?, rates = ?, best_ever = ?, best_week = ?, week = ?, last_share_ms = ? WHERE id = ?`,
    );
    this.setDifficulty = database.prepare(
      // A clock that was ahead must not keep what is proved from now on out until it is reached again.
      `UPDATE workers SET difficulty = @value, difficulty_ms = @atMs, difficulty_by = @userAgent
       WHERE id = @worker AND (difficulty_ms <= @atMs OR difficulty_ms > @nowMs)`,
    );
  }

  /** Finds or makes the row. `made` is called when it is new. Throws `ShardAlteredError`. */
  memory(miner: number, name: string, nowMs: number, made: () => void): WorkerMemory {
    let row = this.find.get(miner, name);
    if (row === undefined) {
      this.insert.run(miner, name);
      row = this.find.get(miner, name)!;
      made();
    }
    // An altered index leads to another miner's row, and no batch with a share of this one could be stored.
    const found = this.named.get(row.id);
    if (found?.miner !== miner || found.name !== name) {
      throw new ShardAlteredError(
        'SHARD_ALTERED',
        `the index of workers leads to row ${row.id} for another's name`,
      );
    }
    const { difficulty: value, difficulty_ms: atMs, difficulty_by: userAgent } = row;
    const isKnown = value !== null && nowMs - atMs <= DIFFICULTY_MEMORY_MS;
    return {
      worker: row.id,
      difficulty: isKnown ? { value, atMs, userAgent } : null,
      bestEver: row.best_ever,
      bestWeek: row.week === weekOf(nowMs) ? row.best_week : 0,
    };
  }

  /** The miner a worker belongs to. Throws `WorkerRowsError`. */
  minerOf(worker: number): number {
    return this.get(worker).miner;
  }

  credit(worker: number, gain: WorkerGain, nowMs: number): void {
    const known = this.get(worker);
    known.figures = withGain(known.figures, gain, nowMs);
    this.write(worker, known.figures);
  }

  count(worker: number, counts: Partial<OutcomeCounts>): void {
    const known = this.get(worker);
    known.figures = { ...known.figures, counts: addOutcomes(known.figures.counts, counts) };
    this.write(worker, known.figures);
  }

  /** Unless a newer one is remembered. */
  remember(worker: number, proven: ProvenDifficulty, nowMs: number): void {
    this.setDifficulty.run({ ...proven, worker, nowMs });
  }

  forget(): void {
    this.known.clear();
  }

  private get(worker: number): KnownWorker {
    let known = this.known.get(worker);
    if (known === undefined) {
      const row = this.select.get(worker);
      if (row === undefined) {
        throw new WorkerRowsError('WORKER_UNKNOWN', `worker ${worker} is not in the share log`);
      }
      known = { miner: row.miner, figures: readFigures(row) };
      if (this.known.size >= MOST_IN_MEMORY) this.known.clear();
      this.known.set(worker, known);
    }
    return known;
  }

  private write(worker: number, { counts, ...figures }: WorkerFigures): void {
    this.update.run(
      counts.accepted,
      counts.uncredited,
      counts.stale,
      counts.duplicate,
      counts['low-difficulty'],
      counts.invalid,
      counts['not-stored'],
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
