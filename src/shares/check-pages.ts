/**
 * Whether the pages are whole that a writer needs at any time, and their totals numbers: all but the batches, which are nearly all of a large log
 * and of which a writer needs the newest only. SQLite itself looks at a page when it needs it, which may be hours after
 * the first miner.
 */
import type { Database } from 'better-sqlite3';
import { CodedError } from '../lib/index.js';
import { ShardAlteredError } from './storage-fault.js';
import { IS_NO_WORK } from './work-text.js';

/** The code is the one SQLite has for it. */
export class DamagedPagesError extends CodedError<'SQLITE_CORRUPT'> {}

const TABLES = [
  ...['counters', 'templates', 'shapes', 'bindings', 'signatures', 'miners', 'jobs', 'workers', 'rounds'],
  'blocks',
];

const WORKS = [
  ['workers', 'work'],
  ['rounds', 'work'],
  ['rounds', 'removed_work'],
];

/** Throws `DamagedPagesError`, `ShardAlteredError`, or what SQLite throws. Reads every page of the small tables and their indices. */
export function checkPages(database: Database): void {
  for (const table of TABLES) {
    const says = database.pragma(`quick_check('${table}')`, { simple: true });
    if (says !== 'ok') throw new DamagedPagesError('SQLITE_CORRUPT', `table ${table}: ${says}`);
  }
  for (const [table, column] of WORKS) {
    const altered = database
      .prepare<[], { work: string }>(
        `SELECT ${column} AS work FROM ${table} WHERE ${IS_NO_WORK(column!)} LIMIT 1`,
      )
      .get();
    if (altered === undefined) continue;
    const says = `"${altered.work.slice(0, 40)}" stands where work should, in table ${table}`;
    throw new ShardAlteredError('SHARD_ALTERED', says);
  }
}
