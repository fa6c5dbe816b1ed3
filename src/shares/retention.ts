/**
 * Forgetting: batches older than the retention go from the front of the log by their row numbers, then the jobs that
 * no batch left can name, then the contents that no job names. Tallies of whoever ever sent a good share, blocks, and sums
 * of what went stay; for the others see `IdleRows`. Done in slices, so that no share waits for more than one.
 */
import type { Database } from 'better-sqlite3';
import { noteRemoved } from './removed-shares.js';

const BATCHES_PER_SLICE = 500;
/** A session may still hold a job this long after the log could have forgotten it. */
const JOB_GRACE_MS = 3_600_000;

/** A batch that says that it is older than the one behind it by more goes with that one. */
const LONGEST_PAUSE_MS = 86_400_000;

interface BatchTime {
  readonly id: number;
  readonly committed_ms: number;
}

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
  const oldest = database
    .prepare<[number], BatchTime>('SELECT id, committed_ms FROM batches ORDER BY id LIMIT ?')
    .all(BATCHES_PER_SLICE + 1);
  let pruned = 0;
  // The newest row stays: the next number is one more than its.
  while (pruned + 1 < oldest.length && isOver(oldest[pruned]!, oldest[pruned + 1]!, cutoffMs)) pruned++;
  if (pruned > 0) {
    const { id } = oldest[pruned - 1]!;
    noteRemoved(database, id);
    database.prepare('DELETE FROM batches WHERE id <= ?').run(id);
  }
  if (pruned === BATCHES_PER_SLICE) return { batches: pruned, more: true, jobs: false };
  return { batches: pruned, more: false, jobs: pruneJobs(database, cutoffMs - JOB_GRACE_MS) };
}

/** `next`: the batch behind it. One altered time alone removes nothing. */
function isOver(batch: BatchTime, next: BatchTime, cutoffMs: number): boolean {
  if (batch.committed_ms >= cutoffMs) return false;
  return next.committed_ms < cutoffMs || next.committed_ms - batch.committed_ms < LONGEST_PAUSE_MS;
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
