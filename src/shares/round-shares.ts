/**
 * One round's shares as the shards have them, up to the batch at which each was closed. Read a batch at a time beside
 * the live writers, so memory does not grow with the round; what a share refers to comes decoded, the same object for
 * the same row. What is claimed is claimed for good, so what a damaged row would do to it ends the reading: a share of
 * each job is hashed again, no batch is missing, and the shares are as many as the shard counts.
 */
import { CodedError } from '../lib/index.js';
import { hashedParts, type Payout, type ShareRecord } from '../mining/index.js';
import { isHashOf } from './hash-again.js';
import { NumberRun } from './number-run.js';
import type { ShardFile, StoredBatch } from './shard-file.js';
import { LOCK_PATIENCE_MS, ShardFolder } from './shard-folder.js';
import type { StoredJob } from './stored-rows.js';
import { batchLength, hashAt, isWhole, recordAt } from './stored-share.js';

export class RoundSharesError extends CodedError<
  'SHARD_MISSING' | 'BATCHES_REMOVED' | 'SHARE_UNREADABLE' | 'SHARES_MISSING'
> {}

/** By shard name, the last batch that can have shares of the round. */
export type ShardBounds = Readonly<Record<string, number>>;

export interface RoundShare {
  /** Its rows are the shard's; `job`, `payout` and `signature` are what they say. */
  readonly record: ShareRecord;
  /** Internal order; the log's, which is believed. */
  readonly hash: Uint8Array;
  readonly job: StoredJob;
  readonly payout: Payout;
  readonly signature: Uint8Array;
}

const BATCHES_AT_ONCE = 64;

/** `folder`: where the shards lie. Shards in no order, a shard's shares in the order of their commits. Throws `RoundSharesError`. */
export function* roundShares(folder: string, round: bigint, bounds: ShardBounds): Generator<RoundShare> {
  const shards = new ShardFolder(folder, LOCK_PATIENCE_MS);
  try {
    const files = new Map(shards.files().map((file) => [file.name, file]));
    for (const [name, lastBatch] of Object.entries(bounds)) {
      if (lastBatch === 0) continue;
      const file = files.get(name);
      if (file === undefined) {
        throw new RoundSharesError('SHARD_MISSING', `shard ${name} is gone: restore it from a backup`);
      }
      yield* sharesOf(file, round, lastBatch);
    }
  } finally {
    shards.close();
  }
}

/** What every shard in the folder has by now. */
export function boundsNow(folder: string): ShardBounds {
  const shards = new ShardFolder(folder, 0);
  try {
    return Object.fromEntries(shards.files().map((file) => [file.name, file.lastBatch()]));
  } finally {
    shards.close();
  }
}

/** `lastBatch`: no share of the round comes behind it any more. Its rows say which batches to read, and its totals how many shares. */
function* sharesOf(file: ShardFile, round: bigint, lastBatch: number): Generator<RoundShare> {
  let found = 0;
  for (const share of sharesInSpan(file, round, lastBatch)) {
    found++;
    yield share;
  }
  const { accepted } = file.round(round).counts;
  // What a killed listener's last write still brought lies behind the bound, and is in no claim.
  if (found === accepted || found + sharesBehind(file, round, lastBatch) === accepted) return;
  throw new RoundSharesError(
    'SHARES_MISSING',
    `shard ${file.name} counts ${accepted} shares of round ${round}, but ${found} are found; see "orcapool verify shares"`,
  );
}

function* sharesInSpan(file: ShardFile, round: bigint, lastBatch: number): Generator<RoundShare> {
  const span = file.batchesOfRound(round);
  if (span === null) return;
  const last = Math.min(span.last, lastBatch);
  if (file.firstBatch() > span.first) {
    throw new RoundSharesError('BATCHES_REMOVED', `shard ${file.name} has not kept all of round ${round}`);
  }
  const run = new NumberRun(span.first, last, file.mayLackBatches);
  const hashed = new Set<number>();
  for (const batch of batchesBetween(file, span.first - 1, last)) {
    run.meet(batch.id);
    if (!isWhole(batch)) throw unreadable(file, batch.id, 'it is not what was committed');
    for (let index = 0; index < batchLength(batch); index++) {
      const record = recordAt(batch, index);
      const job = file.rows.job(record.job);
      if (job === null) throw unreadable(file, batch.id, `job ${record.job} is missing`);
      if (job.binding.round !== round) continue;
      const payout = file.rows.payout(record.miner);
      const signature = file.rows.signature(record.signature);
      if (payout === null || signature === null) {
        throw unreadable(file, batch.id, 'a miner or a signature is missing');
      }
      const hash = hashAt(batch, index);
      if (!hashed.has(record.job)) {
        hashed.add(record.job);
        const parts = hashedParts({ ...job, payout, signature, bits: record.bits });
        if (!isHashOf(hash, record, parts))
          throw unreadable(file, batch.id, `a share of job ${record.job} is not what its rows say`);
      }
      yield { record, hash, job, payout, signature };
    }
  }
  run.end();
}

function sharesBehind(file: ShardFile, round: bigint, lastBatch: number): number {
  let found = 0;
  for (const batch of batchesBetween(file, lastBatch, file.lastBatch())) {
    if (!isWhole(batch)) throw unreadable(file, batch.id, 'it is not what was committed');
    for (let index = 0; index < batchLength(batch); index++) {
      if (file.rows.job(recordAt(batch, index).job)?.binding.round === round) found++;
    }
  }
  return found;
}

/** Those behind `after`, up to `last`. */
function* batchesBetween(file: ShardFile, after: number, last: number): Generator<StoredBatch> {
  for (let at = after; at < last; ) {
    const batches = file.batchesAfter(at, last, BATCHES_AT_ONCE);
    if (batches.length === 0) return;
    yield* batches;
    at = batches.at(-1)!.id;
  }
}

function unreadable(file: ShardFile, batch: number, why: string): RoundSharesError {
  return new RoundSharesError(
    'SHARE_UNREADABLE',
    `batch ${batch} of shard ${file.name} cannot be claimed: ${why}; see "orcapool verify shares"`,
  );
}
