/**
 * Forgetting: batches older than the retention go from the front of the log by their row numbers, then the jobs that
 * no batch left can name, then the contents that no job names. Tallies of whoever ever sent a good share, blocks, and sums
 * of what went stay; for the others see `IdleRows`. Done in slices, so that no share waits for more than one.
 */
import type { Database } from 'better-sqlite3';
import { noteRemoved } from './note-removed.js';
import { BATCH_COLUMNS, type StoredBatch } from './shard-file.js';
import { isWhole } from './stored-share.js';

const BATCHES_PER_SLICE = 500;
/** A session may still hold a job this long after the log could have forgotten it. */
const JOB_GRACE_MS = 3_600_000;

export interface Pruned {
  readonly batches: number;
  /** Call again. */
  readonly more: boolean;
  /** Rows of the job tables went too. */
  readonly jobs: boolean;
}

/** Deletes one slice in one transaction. */
export function pruneSlice(database: Database, cutoffMs: number): Pruned {
  return database.transaction(() => prune(database, cutoffMs)).immediate();
}

function prune(database: Database, cutoffMs: number): Pruned {
  const { pruned, last } = over(database, cutoffMs);
  if (pruned > 0) {
    noteRemoved(database, last);
    database.prepare('DELETE FROM batches WHERE id <= ?').run(last);
  }
  if (pruned === BATCHES_PER_SLICE) return { batches: pruned, more: true, jobs: false };
  return { batches: pruned, more: false, jobs: pruneJobs(database, cutoffMs - JOB_GRACE_MS) };
}

/** How many batches from the first on are over, of a slice at most, and the number of the last. */
function over(database: Database, cutoffMs: number): { readonly pruned: number; readonly last: number } {
  const oldest = database
    .prepare<[number], StoredBatch>(
      // The newest row stays: the next number is one more than its.
      `SELECT ${BATCH_COLUMNS} FROM batches WHERE id < (SELECT max(id) FROM batches) ORDER BY id LIMIT ?`,
    )
    .iterate(BATCHES_PER_SLICE);
  let read = 0;
  let pruned = 0;
  let last = 0;
  for (const batch of oldest) {
    read++;
    // Nor is its time what was written: it goes with the one behind it.
    if (!isWhole(batch)) continue;
    if (batch.committedMs >= cutoffMs) break;
    pruned = read;
    last = batch.id;
  }
  return { pruned, last };
}

function pruneJobs(database: Database, createdBeforeMs: number): boolean {
  const { changes } = database
    .prepare(
      `DELETE FROM jobs WHERE created_ms < ? AND id < (SELECT max(id) FROM jobs)
         AND last_batch_bound < coalesce((SELECT min(id) FROM batches), 1)`,
    )
    .run(createdBeforeMs);
  if (changes === 0) return false;
  for (const [table, column] of [
    ['templates', 'template'],
    ['shapes', 'shape'],
    ['bindings', 'binding'],
  ]) {
    database.exec(`DELETE FROM ${table} WHERE id NOT IN (SELECT ${column} FROM jobs)`);
  }
  return true;
}
