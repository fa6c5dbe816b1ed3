/** A share as it lies in the log, with what its rows say about it. */
import { difficultyOfBits, difficultyOfHash, isCanonicalBits } from '../bitcoin/index.js';
import { type Payout, readShareRecord, SHARE_RECORD_BYTES, type ShareRecord } from '../mining/index.js';
import { isAsCommitted } from './batch-digest.js';
import type { ShardFile, StoredBatch } from './shard-file.js';
import { HASH_BYTES } from './share-batch.js';
import { notCommitted } from './storage-fault.js';

export interface SharePlace {
  readonly shard: string;
  readonly batch: number;
  readonly index: number;
}

/** What a row that is missing would have said is null; a healthy log has none missing. */
export interface StoredShare extends SharePlace {
  readonly record: ShareRecord;
  /** Internal order. */
  readonly hash: Uint8Array;
  /** When its commit was under way. */
  readonly committedMs: number;
  /** What it is credited with; 0 for bits that are none. */
  readonly difficulty: number;
  readonly hashDifficulty: number;
  readonly height: number | null;
  readonly round: bigint | null;
  readonly payout: Payout | null;
  /** The worker's name behind the address; often empty. */
  readonly workerName: string | null;
}

export function batchLength(batch: StoredBatch): number {
  return batch.hashes.length / HASH_BYTES;
}

/** Whether the batch is what was committed, which only a damaged file's is not. */
export function isWhole(batch: StoredBatch): boolean {
  return belongsTogether(batch) && (batch.digest === null || isAsCommitted(batch, batch.digest));
}

/** Whether its byte strings are there and each has as many shares as the others. */
export function belongsTogether({ records, hashes, workers }: StoredBatch): boolean {
  // A flipped bit in a row's head makes a null or a number of a cell, whatever the schema says.
  if (![records, hashes, workers].every((cell: unknown) => cell instanceof Uint8Array)) return false;
  const count = hashes.length / HASH_BYTES;
  return (
    Number.isInteger(count) && records.length === count * SHARE_RECORD_BYTES && workers.length === count * 4
  );
}

export function recordAt(batch: StoredBatch, index: number): ShareRecord {
  const record = readShareRecord(batch.records, index * SHARE_RECORD_BYTES);
  return { ...record, extranonce: Uint8Array.from(record.extranonce) };
}

export function hashAt(batch: StoredBatch, index: number): Uint8Array {
  return Uint8Array.from(batch.hashes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES));
}

/** The worker's row. */
export function workerAt({ workers }: StoredBatch, index: number): number {
  return new DataView(workers.buffer, workers.byteOffset).getUint32(index * 4, true);
}

/** What is wrong with the worker a share is credited to, for people; null when it is the miner's own. */
export function workerFault(
  file: ShardFile,
  batch: StoredBatch,
  index: number,
  { miner }: ShareRecord,
): string | null {
  const row = workerAt(batch, index);
  const worker = file.rows.worker(row);
  if (worker === null) return `worker ${row} is not in the tables`;
  return worker.miner === miner ? null : `worker ${row} belongs to miner ${worker.miner}, not to ${miner}`;
}

/** Throws `ShardAlteredError`. */
export function storedShare(file: ShardFile, batch: StoredBatch, index: number): StoredShare {
  if (!isWhole(batch)) throw notCommitted(batch.id);
  const record = recordAt(batch, index);
  const hash = hashAt(batch, index);
  const job = file.rows.job(record.job);
  return {
    shard: file.name,
    batch: batch.id,
    index,
    record,
    hash,
    committedMs: batch.committedMs,
    difficulty: isCanonicalBits(record.bits) ? difficultyOfBits(record.bits) : 0,
    hashDifficulty: difficultyOfHash(hash),
    height: job?.template.height ?? null,
    round: job?.binding.round ?? null,
    payout: file.rows.payout(record.miner),
    workerName: file.rows.worker(workerAt(batch, index))?.name ?? null,
  };
}
