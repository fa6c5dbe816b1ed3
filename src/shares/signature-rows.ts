/**
 * The shard's `signatures`: words in coinbases, with a bound of the last batch that can name each, so that it is known
 * which nobody needs without reading the batches.
 */
import type { Database, Statement } from 'better-sqlite3';
import { ContentRows } from './content-rows.js';
import { BOUND_STEP } from './job-rows.js';

const MOST_IN_MEMORY = 50_000;

export class SignatureRows {
  private readonly contents: ContentRows;
  private readonly bounds = new Map<number, number>();
  private readonly select: Statement<[number], { bound: number }>;
  private readonly raise: Statement<[number, number]>;

  constructor(database: Database) {
    this.contents = new ContentRows(database, 'signatures');
    this.select = database.prepare('SELECT last_batch_bound AS bound FROM signatures WHERE id = ?');
    this.raise = database.prepare('UPDATE signatures SET last_batch_bound = ? WHERE id = ?');
  }

  /** Finds or makes the row, inside the caller's transaction. `made` is called when it is new. */
  rowOf(bytes: Uint8Array, made: () => void): number {
    return this.contents.rowOf(bytes, made);
  }

  /** Notes that `batch` has shares with it; false for a row that is not there. */
  use(signature: number, batch: number): boolean {
    const known = this.bounds.get(signature);
    const bound = known ?? this.select.get(signature)?.bound;
    if (bound === undefined) return false;
    // Raised in steps, so that a batch seldom writes the table.
    const raised = batch > bound ? batch + BOUND_STEP : bound;
    if (raised > bound) this.raise.run(raised, signature);
    if (raised === known) return true;
    if (this.bounds.size >= MOST_IN_MEMORY) this.bounds.clear();
    this.bounds.set(signature, raised);
    return true;
  }

  forget(): void {
    this.contents.forget();
    this.bounds.clear();
  }
}
