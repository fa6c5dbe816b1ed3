/**
 * Whether the newest shares could be recomputed from what the file has: their batch, and every row they name. Reads some
 * rows by their keys, so that it can be asked for often, and remembers none.
 */
import type { Database } from 'better-sqlite3';
import type { StoredBatch } from './shard-file.js';
import { ShardAlteredError } from './storage-fault.js';
import { StoredRows } from './stored-rows.js';
import { batchLength, isWhole, recordAt, workerAt } from './stored-share.js';

/** Of a large batch those that lie evenly in it. */
const MOST_SHARES = 32;

/** Throws `ShardAlteredError`, or what SQLite throws. */
export function checkNewest(database: Database): void {
  const batch = database
    .prepare<[], StoredBatch>(
      `SELECT id, committed_ms AS committedMs, records, hashes, workers FROM batches
       ORDER BY id DESC LIMIT 1`,
    )
    .get();
  if (batch === undefined) return;
  if (!isWhole(batch))
    throw altered(`the records, hashes and workers of batch ${batch.id} do not belong together`);
  const rows = new StoredRows(database);
  const length = batchLength(batch);
  const looks = Math.min(length, MOST_SHARES);
  for (let look = 0; look < looks; look++) checkRows(rows, batch, Math.floor((look * length) / looks));
}

function checkRows(rows: StoredRows, batch: StoredBatch, index: number): void {
  const { job, miner, signature } = recordAt(batch, index);
  const worker = workerAt(batch, index);
  const named = [
    ['job', job, rows.job(job)],
    ['miner', miner, rows.payout(miner)],
    ['signature', signature, rows.signature(signature)],
    ['worker', worker, rows.worker(worker)],
  ] as const;
  for (const [what, row, found] of named) {
    if (found === null)
      throw altered(`${what} ${row}, or a row it names, is missing; batch ${batch.id} names it`);
  }
}

function altered(says: string): ShardAlteredError {
  return new ShardAlteredError('SHARD_ALTERED', says);
}
