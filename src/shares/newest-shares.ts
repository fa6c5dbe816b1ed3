/**
 * Whether the shares stored since it was last asked can be recomputed from what the file has: every row they name is
 * there and is what its digest says, each worker is the miner's own, and some shares of each batch are hashed again.
 * Reads rows by their keys and in small steps, so that it can be asked every second beside a writer.
 */
import type { Database, Statement } from 'better-sqlite3';
import { type HashedParts, hashedParts, SHARE_RECORD_BYTES } from '../mining/index.js';
import { isHashOf } from './hash-again.js';
import { BATCH_COLUMNS, inOrder, type StoredBatch } from './shard-file.js';
import { notCommitted, ShardAlteredError } from './storage-fault.js';
import { StoredRows } from './stored-rows.js';
import { batchLength, hashAt, isWhole, recordAt } from './stored-share.js';

/** Of the shares of a batch one of so many is hashed, and the first always. */
const HASHED_ONE_OF = 32;

export class NewestShares {
  private readonly rows: StoredRows;
  private readonly newest: Statement<[], number | null>;
  private readonly after: Statement<[number], StoredBatch>;
  private readonly has: Statement<[number], 1>;
  /** The last batch looked at; null before the first look. */
  private last: number | null = null;

  /** `committed`: the last batch there has to be. */
  constructor(
    database: Database,
    private committed: number,
  ) {
    this.rows = new StoredRows(database);
    this.newest = database.prepare<[], number | null>('SELECT max(id) FROM batches').pluck();
    this.after = database.prepare(`SELECT ${BATCH_COLUMNS} FROM batches WHERE id > ? ORDER BY id LIMIT 1`);
    this.has = database.prepare<[number], 1>('SELECT 1 FROM batches WHERE id = ?').pluck();
  }

  /**
   * At first, and while there is none since, that is the newest batch. `committed`: as above, by now. Anything may be done
   * between two steps, of which each takes a fraction of a millisecond. Throws `ShardAlteredError`, or what SQLite throws,
   * and begins where it began the next time.
   */
  *steps(committed = this.committed): Generator<void> {
    this.committed = Math.max(this.committed, committed);
    const newest = this.newest.get() ?? 0;
    if (newest < this.committed) throw otherNewest(this.committed, newest);
    const look = new Look(this.rows);
    let at = Math.min(this.last ?? newest, newest - 1);
    for (
      let batch = this.after.get(at);
      batch !== undefined;
      batch = at < newest ? this.after.get(at) : undefined
    ) {
      yield* this.through(look, inOrder(batch, at, 1));
      at = batch.id;
    }
    this.last = newest;
  }

  /** All steps at once, of a shard that nobody writes: there is no batch behind the last one that was committed. */
  check(): void {
    const newest = this.newest.get() ?? 0;
    if (newest !== this.committed) throw otherNewest(this.committed, newest);
    const steps = this.steps();
    while (!steps.next().done);
  }

  private *through(look: Look, batch: StoredBatch): Generator<void> {
    if (!isWhole(batch)) throw notCommitted(batch.id);
    for (let first = 0; first < batchLength(batch); first += HASHED_ONE_OF) {
      // Retention may have taken it and its rows along since the last step.
      if (first > 0 && this.has.get(batch.id) === undefined) return;
      look.at(batch, first, Math.min(first + HASHED_ONE_OF, batchLength(batch)));
      yield;
    }
  }
}

/** One look through some batches: what was read for one share stands for the others. */
class Look {
  /** Miners by worker. */
  private readonly senders = new Map<number, number>();
  private readonly jobs = new Set<number>();
  private readonly signatures = new Set<number>();
  private readonly parts = new Map<string, HashedParts>();

  constructor(private readonly rows: StoredRows) {
    rows.forget();
  }

  /** The shares from `first` until `end`, the first of which is hashed. */
  at(batch: StoredBatch, first: number, end: number): void {
    const { id, records, workers } = batch;
    const record = new DataView(records.buffer, records.byteOffset, records.byteLength);
    const worker = new DataView(workers.buffer, workers.byteOffset, workers.byteLength);
    for (let share = first; share < end; share++) {
      const at = share * SHARE_RECORD_BYTES;
      this.readJob(record.getUint32(at, true), id);
      this.readSender(worker.getUint32(share * 4, true), record.getUint32(at + 4, true), id);
      this.readSignature(record.getUint32(at + 12, true), id);
    }
    this.hashAgain(batch, first);
  }

  private readJob(job: number, batch: number): void {
    if (this.jobs.has(job)) return;
    if (this.rows.job(job) === null) throw missing('job', job, batch);
    this.jobs.add(job);
  }

  private readSender(worker: number, miner: number, batch: number): void {
    let owner = this.senders.get(worker) ?? null;
    if (owner === null) {
      owner = this.rows.minerOf(worker);
      if (owner === null) throw missing('worker', worker, batch);
      if (!this.rows.hasMiner(owner)) throw missing('miner', owner, batch);
      this.senders.set(worker, owner);
    }
    if (owner !== miner) {
      throw altered(`worker ${worker} belongs to miner ${owner}; a share of batch ${batch} says to ${miner}`);
    }
  }

  private readSignature(signature: number, batch: number): void {
    if (this.signatures.has(signature)) return;
    if (this.rows.signature(signature) === null) throw missing('signature', signature, batch);
    this.signatures.add(signature);
  }

  private hashAgain(batch: StoredBatch, index: number): void {
    const record = recordAt(batch, index);
    const { job, miner, signature, bits } = record;
    const key = `${job} ${miner} ${signature} ${bits}`;
    let parts = this.parts.get(key);
    if (parts === undefined) {
      const [stored, payout, text] = [
        this.rows.job(job)!,
        this.rows.payout(miner)!,
        this.rows.signature(signature)!,
      ];
      parts = hashedParts({ ...stored, payout, signature: text, bits });
      this.parts.set(key, parts);
    }
    if (isHashOf(hashAt(batch, index), record, parts)) return;
    throw altered(`share ${index} of batch ${batch.id} has another hash than the one stored beside it`);
  }
}

function otherNewest(committed: number, newest: number): ShardAlteredError {
  return altered(`batch ${committed} was committed last, and the last one that can be found is ${newest}`);
}

function missing(what: string, row: number, batch: number): ShardAlteredError {
  return altered(`${what} ${row}, or a row it names, is missing; batch ${batch} names it`);
}

function altered(says: string): ShardAlteredError {
  return new ShardAlteredError('SHARD_ALTERED', says);
}
