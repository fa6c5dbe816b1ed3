/**
 * The hashes a listener must know before it serves work on a previous block it has no memory of, so that a share that
 * counted before a restart, or before a reorganisation that is now undone, is a duplicate: those of all shares on that
 * block, however old, since a share's hash covers its previous block.
 */
import type { Database } from 'better-sqlite3';
import { SHARE_RECORD_BYTES } from '../mining/index.js';
import { hasGaps, NumberRun } from './number-run.js';
import { BATCH_COLUMNS, type StoredBatch } from './shard-file.js';
import { notedBatch, removedBatches } from './shard-standing.js';
import { HASH_BYTES } from './share-batch.js';
import { notCommitted } from './storage-fault.js';
import { isWhole } from './stored-share.js';

interface JobRow {
  readonly id: number;
  readonly first_batch: number;
  readonly last_batch_bound: number;
}

/** 32 bytes a share, internal order. `prevHash`: the same. Throws `ShardAlteredError`. */
export function hashesOn(database: Database, prevHash: Uint8Array): Uint8Array {
  const rows = database
    .prepare<[Uint8Array], JobRow>('SELECT id, first_batch, last_batch_bound FROM jobs WHERE prev_hash = ?')
    .all(prevHash);
  let found = new Uint8Array(1 << 16);
  let length = 0;
  if (rows.length === 0) return found.subarray(0, 0);
  const jobs = new Set(rows.map(({ id }) => id));
  const first = Math.min(...rows.map((row) => row.first_batch));
  const last = Math.max(...rows.map((row) => row.last_batch_bound));

  const batches = database.prepare<[number, number], StoredBatch>(
    `SELECT ${BATCH_COLUMNS} FROM batches WHERE id BETWEEN ? AND ? ORDER BY id`,
  );
  const newest = notedBatch(database);
  const run = new NumberRun(
    Math.max(first, (removedBatches(database) ?? 0) + 1),
    Math.min(last, newest),
    hasGaps(database),
  );
  for (const batch of batches.iterate(first, last)) {
    run.meet(batch.id);
    if (!isWhole(batch)) throw notCommitted(batch.id);
    const { records, hashes } = batch;
    const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
    for (let i = 0; i * HASH_BYTES < hashes.length; i++) {
      if (!jobs.has(view.getUint32(i * SHARE_RECORD_BYTES, true))) continue;
      if (length + HASH_BYTES > found.length) {
        const grown = new Uint8Array(2 * found.length);
        grown.set(found);
        found = grown;
      }
      found.set(hashes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES), length);
      length += HASH_BYTES;
    }
  }
  run.end();
  return found.slice(0, length);
}
