/**
 * Whether a reader has met every batch that it should have: their numbers are without a gap, so one that says another is
 * missed where it was looked for, and so are those behind it where it says a higher one than all. A recovered shard may lack
 * some, which a counter says.
 */
import type { Database } from 'better-sqlite3';
import { ShardAlteredError } from './storage-fault.js';

/** The name in `counters`: there, of a shard from which `recover` could not take all batches over. */
export const GAPS = 'gaps';

export function hasGaps(database: Database): boolean {
  return (
    database.prepare<[string], 1>('SELECT 1 FROM counters WHERE name = ?').pluck().get(GAPS) !== undefined
  );
}

export class NumberRun {
  /** From `next` to `last`; `mayLack`: see `hasGaps`. */
  constructor(
    private next: number,
    private readonly last: number,
    private readonly mayLack: boolean,
  ) {}

  /** The next batch that was read. Throws `ShardAlteredError` where it is not the next there is. */
  meet(id: number): void {
    if (id < this.next || (id > this.next && !this.mayLack)) throw missing(this.next, id);
    this.next = id + 1;
  }

  /** There is none behind it up to the last. Throws as above. */
  end(): void {
    if (this.next <= this.last && !this.mayLack) throw missing(this.next, null);
  }
}

function missing(next: number, found: number | null): ShardAlteredError {
  const says = found === null ? 'nothing' : `batch ${found}`;
  return new ShardAlteredError('SHARD_ALTERED', `batch ${next} is not found: in its place is ${says}`);
}
