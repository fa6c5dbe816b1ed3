/**
 * Rows that anybody can have made by logging in, under ever new names and with ever new words for the coinbase, and that
 * no share of the log needs: workers without an accepted or uncredited share, miners without workers, signatures that no
 * batch left can name. Refusals keep no row; the sums of them are the rounds'. Such rows are forgotten when a shard is
 * opened, once a day, and a minute after every ten thousand that are made.
 *
 * What a listener was given it goes on naming, so three kinds of rows stay: those it names when it asks for the sweep;
 * those it was given since the sweep before; and those of the time before that, for a login takes several calls. It asks
 * for a sweep once it has been told of the last. The newest row of each table stays too, or its number would be given out
 * a second time, while readers still know it by the first.
 */
import type { Database, Statement } from 'better-sqlite3';

/** Rows that sessions, and shares on their way to the log, name at present. */
export interface RowsInUse {
  readonly workers: Uint32Array;
  readonly signatures: Uint32Array;
}

export type IdleTable = 'workers' | 'miners' | 'signatures';

const IDLE_TABLES: readonly IdleTable[] = ['workers', 'miners', 'signatures'];

const IS_IDLE: Readonly<Record<IdleTable, string>> = {
  // All figures of a share, since one of them may have been altered.
  workers: `accepted = 0 AND work = '0' AND best_ever = 0 AND last_share_ms = 0 AND uncredited = 0
    AND (difficulty IS NULL OR difficulty_ms < @oldMs)`,
  miners: 'NOT EXISTS (SELECT 1 FROM workers WHERE miner = miners.id)',
  signatures: 'id > 0 AND last_batch_bound < (SELECT coalesce(min(id), 1) FROM batches)',
};

/** How long a difficulty is remembered. */
const DIFFICULTY_MS = 86_400_000;
const SWEEP_MS = 86_400_000;
const ROWS_MADE = 10_000;
/** Row numbers: a slice of a full table takes a few milliseconds. */
const SLICE = 1_000;

interface Slice {
  readonly after: number;
  readonly until: number;
  readonly oldMs: number;
}

interface Sweep {
  readonly spared: Readonly<Record<IdleTable, ReadonlySet<number>>>;
  readonly oldMs: number;
  /** Of `IDLE_TABLES`. */
  table: number;
  after: number;
}

export interface Swept {
  readonly rows: number;
  /** Call again. */
  readonly more: boolean;
}

function noRows(): Record<IdleTable, Set<number>> {
  return { workers: new Set(), miners: new Set(), signatures: new Set() };
}

export class IdleRows {
  private given = noRows();
  private givenBefore = noRows();
  private made = 0;
  private sweptMs = Number.NEGATIVE_INFINITY;
  private sweep: Sweep | null = null;
  private readonly finds: Readonly<Record<IdleTable, Statement<[Slice], { id: number }>>>;
  private readonly removes: Readonly<Record<IdleTable, Statement<[number]>>>;
  private readonly lasts: Readonly<Record<IdleTable, Statement<[], { last: number | null }>>>;

  constructor(database: Database) {
    const each = <Made>(make: (table: IdleTable) => Made): Record<IdleTable, Made> => ({
      workers: make('workers'),
      miners: make('miners'),
      signatures: make('signatures'),
    });
    this.lasts = each((table) => database.prepare(`SELECT max(id) AS last FROM ${table}`));
    this.removes = each((table) => database.prepare(`DELETE FROM ${table} WHERE id = ?`));
    this.finds = each((table) =>
      database.prepare(`SELECT id FROM ${table} WHERE id > @after AND id <= @until AND ${IS_IDLE[table]}`),
    );
  }

  /** The listener is told the row's number. */
  give(table: IdleTable, row: number, isNew: boolean): void {
    this.given[table].add(row);
    if (isNew) this.made++;
  }

  /** Whether there is something to do; `next` does it. */
  begin(inUse: RowsInUse, nowMs: number): boolean {
    const { given, givenBefore } = this;
    this.givenBefore = given;
    this.given = noRows();
    if (nowMs - this.sweptMs < SWEEP_MS && this.made < ROWS_MADE) return false;
    this.sweptMs = nowMs;
    this.made = 0;
    const spared = {
      workers: new Set([...givenBefore.workers, ...given.workers, ...inUse.workers]),
      miners: new Set([...givenBefore.miners, ...given.miners]),
      signatures: new Set([...givenBefore.signatures, ...given.signatures, ...inUse.signatures]),
    };
    this.sweep = { spared, oldMs: nowMs - DIFFICULTY_MS, table: 0, after: 0 };
    return true;
  }

  /** A slice of the sweep, inside the caller's transaction. `removed` is told each row that goes. */
  next(removed: (table: IdleTable, row: number) => void): Swept {
    const { sweep } = this;
    const table = sweep === null ? undefined : IDLE_TABLES[sweep.table];
    if (sweep === null || table === undefined) return { rows: 0, more: false };
    const last = this.lasts[table].get()?.last ?? 0;
    const until = Math.min(sweep.after + SLICE, last - 1);
    let rows = 0;
    for (const { id } of this.finds[table].all({ after: sweep.after, until, oldMs: sweep.oldMs })) {
      // Those given out while it goes on, too.
      if (sweep.spared[table].has(id) || this.given[table].has(id)) continue;
      this.removes[table].run(id);
      removed(table, id);
      rows++;
    }
    sweep.after = until;
    if (until >= last - 1) {
      sweep.table++;
      sweep.after = 0;
    }
    const more = sweep.table < IDLE_TABLES.length;
    if (!more) this.sweep = null;
    return { rows, more };
  }
}
