/**
 * Whether the pages are whole that a writer needs at any time, contents what was stored and totals numbers. SQLite itself
 * looks at a page when it needs it, which may be hours after the first miner, and not at what it says. Of a large log all
 * but the batches, which are nearly all of it and of which a writer needs the newest only.
 */
import type { Database } from 'better-sqlite3';
import { CodedError } from '../lib/index.js';
import { alteredBatch } from './batch-digest.js';
import { alteredRows, CONTENTS, notStanding } from './contents.js';
import { OTHER_TIP, REMOVED_YET_THERE } from './row-contradictions.js';
import { notCommitted, ShardAlteredError } from './storage-fault.js';
import { IS_NO_WORK } from './work-text.js';

/** The code is the one SQLite has for it. */
export class DamagedPagesError extends CodedError<'SQLITE_CORRUPT'> {}

const TABLES = ['counters', ...CONTENTS, 'jobs', 'sqlite_sequence', 'workers', 'rounds', 'blocks'];
/**
 * So much is looked through whole: a tenth of a second from memory, three from a slow disk, of which each listener's start
 * has a share. Only so is it known that no page of a batch is in the list of free ones too, and will be written over; and that
 * each batch is what was committed.
 */
const WHOLE_BYTES = 128 << 20;

const WORKS = [
  ['workers', 'work'],
  ['rounds', 'work'],
  ['rounds', 'removed_work'],
];

/** All of it. Throws `DamagedPagesError`, `ShardAlteredError`, or what SQLite throws. */
export function checkPages(database: Database): void {
  checkStructure(database);
  checkRows(database);
}

/** Of a shard of any version. Throws `DamagedPagesError`, or what SQLite throws. */
export function checkStructure(database: Database): void {
  // With the indices, by which rows are found: a quick check reads them and holds them against nothing.
  if (fileBytes(database) <= WHOLE_BYTES) {
    const says = database.pragma('integrity_check(1)', { simple: true });
    if (says !== 'ok') throw new DamagedPagesError('SQLITE_CORRUPT', String(says));
  } else {
    for (const table of TABLES) {
      const says = database.pragma(`integrity_check('${table}')`, { simple: true });
      if (says !== 'ok') throw new DamagedPagesError('SQLITE_CORRUPT', `table ${table}: ${says}`);
    }
  }
}

/** Of a shard of the present version. Throws `ShardAlteredError`. */
export function checkRows(database: Database): void {
  const batch = fileBytes(database) <= WHOLE_BYTES ? alteredBatch(database) : null;
  if (batch !== null) throw notCommitted(batch);
  for (const table of CONTENTS) {
    const [row] = alteredRows(database, table);
    if (row !== undefined) throw notStanding(table, row);
  }
  const removed = database.prepare<[], number>(`${REMOVED_YET_THERE} LIMIT 1`).pluck().get();
  if (removed !== undefined) {
    throw new ShardAlteredError('SHARD_ALTERED', `batch ${removed} is there though retention removed it`);
  }
  const job = database.prepare<[], number>(`${OTHER_TIP} LIMIT 1`).pluck().get();
  if (job !== undefined) {
    throw new ShardAlteredError('SHARD_ALTERED', `job ${job} has another previous block than its template`);
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

function fileBytes(database: Database): number {
  const [pages, bytes] = ['page_count', 'page_size'].map((name) => database.pragma(name, { simple: true }));
  return (pages as number) * (bytes as number);
}
