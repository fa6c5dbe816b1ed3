/**
 * The hashes a listener must know before its port opens, so that a share counted before a restart is a duplicate
 * after it. A share's hash covers its previous block, so these are the shares on each previous block that had a job
 * since the time asked for, and on the newest job's: all of them, however old.
 */
import type { Database } from 'better-sqlite3';
import { SHARE_RECORD_BYTES } from '../mining/index.js';
import { HASH_BYTES } from './share-batch.js';

interface BatchRow {
  records: Uint8Array;
  hashes: Uint8Array;
}

/** 32 bytes a share, internal order. */
export function liveHashes(database: Database, sinceMs: number): Uint8Array {
  const live = database
    .prepare<[number], { id: number; first_batch: number }>(
      `SELECT id, first_batch FROM jobs WHERE prev_hash IN (
         SELECT prev_hash FROM jobs WHERE created_ms >= ? OR id = (SELECT max(id) FROM jobs))`,
    )
    .all(sinceMs);
  const jobs = new Set(live.map(({ id }) => id));
  const firstBatch = live.reduce((least, { first_batch }) => Math.min(least, first_batch), Infinity);
  let found = new Uint8Array(1 << 16);
  let length = 0;
  if (!Number.isFinite(firstBatch)) return found.subarray(0, 0);

  const batches = database.prepare<[number], BatchRow>(
    'SELECT records, hashes FROM batches WHERE id >= ? ORDER BY id',
  );
  for (const { records, hashes } of batches.iterate(firstBatch)) {
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
  return found.slice(0, length);
}
