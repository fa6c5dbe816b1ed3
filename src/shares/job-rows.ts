/**
 * The shard's job tables. A job row points to template, shape and binding, each stored once however many jobs use it;
 * jobs themselves are new rows with ascending numbers, so that a number is one piece of work, across restarts too.
 */
import type { Database, Statement } from 'better-sqlite3';
import { CodedError } from '../lib/index.js';
import {
  type BlockTemplate,
  type CoinbaseShape,
  decodeBinding,
  encodeBinding,
  encodeJobTemplate,
  encodeShape,
  type RoundBinding,
} from '../mining/index.js';
import { ContentRows } from './content-rows.js';

export class JobRowsError extends CodedError<'JOB_UNKNOWN'> {}

interface KnownJob {
  readonly round: bigint;
  lastBatchBound: number;
}

const NO_BATCH_YET = 0;
/** The bound is raised in steps, so that a batch seldom writes the jobs table. */
export const BOUND_STEP = 50;

export class JobRows {
  private readonly known = new Map<number, KnownJob>();
  private readonly templates: ContentRows;
  private readonly shapes: ContentRows;
  private readonly bindings: ContentRows;
  private readonly insert: Statement;
  private readonly raise: Statement<[number, number]>;
  private readonly select: Statement<[number], { last_batch_bound: number; binding: Uint8Array }>;

  constructor(database: Database) {
    this.templates = new ContentRows(database, 'templates');
    this.shapes = new ContentRows(database, 'shapes');
    this.bindings = new ContentRows(database, 'bindings');
    this.insert = database.prepare(
      `INSERT INTO jobs (template, shape, binding, prev_hash, created_ms, first_batch, last_batch_bound)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    );
    this.raise = database.prepare('UPDATE jobs SET last_batch_bound = ? WHERE id = ?');
    this.select = database.prepare(
      `SELECT last_batch_bound, bytes AS binding FROM jobs JOIN bindings ON bindings.id = jobs.binding
       WHERE jobs.id = ?`,
    );
  }

  /** `nextBatch`: the first batch that can hold a share of it. */
  add(
    template: BlockTemplate,
    shape: CoinbaseShape,
    binding: RoundBinding,
    nowMs: number,
    nextBatch: number,
  ): number {
    const { lastInsertRowid } = this.insert.run(
      this.templates.rowOf(encodeJobTemplate(template)),
      this.shapes.rowOf(encodeShape(shape)),
      this.bindings.rowOf(encodeBinding(binding)),
      template.prevHash,
      nowMs,
      nextBatch,
      NO_BATCH_YET,
    );
    const job = Number(lastInsertRowid);
    this.known.set(job, { round: binding.round, lastBatchBound: NO_BATCH_YET });
    return job;
  }

  /** Notes that `batch` holds shares of `job`; returns the job's round. Throws `JobRowsError`. */
  use(job: number, batch: number): bigint {
    const known = this.known.get(job) ?? this.load(job);
    if (batch > known.lastBatchBound) {
      known.lastBatchBound = batch + BOUND_STEP;
      this.raise.run(known.lastBatchBound, job);
    }
    return known.round;
  }

  private load(job: number): KnownJob {
    const row = this.select.get(job);
    if (row === undefined) throw new JobRowsError('JOB_UNKNOWN', `job ${job} is not in the share log`);
    const known = { round: decodeBinding(row.binding).round, lastBatchBound: row.last_batch_bound };
    this.known.set(job, known);
    return known;
  }

  forget(): void {
    this.known.clear();
    this.templates.forget();
    this.shapes.forget();
    this.bindings.forget();
  }
}
