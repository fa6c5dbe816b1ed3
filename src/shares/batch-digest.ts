/**
 * What each batch was when it was committed, in eight bytes beside it. Its hashes say which shares are duplicates and what a
 * round's claim is made of, its time when it is removed: each is held against these bytes wherever one is read.
 */
import type { Database } from 'better-sqlite3';
import { type Cell, cellDigest } from '../disk/index.js';
import { equalBytes } from '../lib/index.js';

/** Cells as they were read, so anything where a flipped bit in a row's head made another type of one. */
export interface DigestedBatch {
  readonly id: number;
  readonly committedMs: number;
  readonly records: Uint8Array;
  readonly hashes: Uint8Array;
  readonly workers: Uint8Array;
}

function batchDigest({ id, committedMs, records, hashes, workers }: DigestedBatch): Uint8Array {
  return cellDigest([id, committedMs, records, hashes, workers]);
}

export function isAsCommitted(batch: DigestedBatch, digest: unknown): boolean {
  return digest instanceof Uint8Array && equalBytes(batchDigest(batch), digest);
}

/** Writes a batch with its digest. */
export function batchInsert(database: Database): (batch: DigestedBatch) => void {
  const insert = database.prepare(
    'INSERT INTO batches (id, committed_ms, records, hashes, workers, digest) VALUES (?, ?, ?, ?, ?, ?)',
  );
  return (batch) => {
    const { id, committedMs, records, hashes, workers } = batch;
    insert.run(id, committedMs, records, hashes, workers, batchDigest(batch));
  };
}

/** `batch_digest(id, committed_ms, records, hashes, workers)`, by which a step of the schema gives older batches theirs. */
export function defineBatchDigest(database: Database): void {
  database.function('batch_digest', { deterministic: true, varargs: true }, (...cells: unknown[]) =>
    Buffer.from(cellDigest(cells as Cell[])),
  );
}

/** The first batch that is not what was committed; null where all are. Reads all of them. */
export function alteredBatch(database: Database): number | null {
  const rows = database
    .prepare<[], DigestedBatch & { readonly digest: unknown }>(
      'SELECT id, committed_ms AS committedMs, records, hashes, workers, digest FROM batches ORDER BY id',
    )
    .iterate();
  for (const { digest, ...batch } of rows) if (!isAsCommitted(batch, digest)) return batch.id;
  return null;
}
