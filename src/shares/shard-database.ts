/**
 * One shard of the share log: the SQLite file of one listener, written by that listener's thread alone. Everything is
 * synchronous; what `together` encloses is on disk when it returns (WAL, synchronous=FULL), as far as the disk
 * honours fsync. Figures per worker and round change in the transaction of the shares they count.
 *
 * A share is stored only if every row that recomputing it needs is there.
 */
import Database from 'better-sqlite3';
import { makeDatabase } from '../disk/index.js';
import { CodedError } from '../lib/index.js';
import {
  type BlockTemplate,
  type CoinbaseShape,
  encodePayout,
  type Payout,
  type RoundBinding,
} from '../mining/index.js';
import { batchInsert, type DigestedBatch } from './batch-digest.js';
import { batchGains } from './batch-gains.js';
import { BlockRows, type StoredBlock } from './block-rows.js';
import { checkRows, checkStructure } from './check-pages.js';
import { ContentRows } from './content-rows.js';
import { hashesOn } from './hashes-on.js';
import { IdleRows, type IdleTable, type RowsInUse, type Swept } from './idle-rows.js';
import { JobRows } from './job-rows.js';
import { migrate, shardVersion } from './migrations.js';
import { NewestShares } from './newest-shares.js';
import { refuseAlteredLog } from './refuse-altered-log.js';
import { refuseNoFile } from './refuse-no-file.js';
import { type Pruned, pruneSlice } from './retention.js';
import { RoundRows } from './round-rows.js';
import { LAST_BATCH, notedBatch } from './shard-standing.js';
import type { ShareBatch } from './share-batch.js';
import { SignatureRows } from './signature-rows.js';
import { type WorkerMemory, WorkerRows } from './worker-rows.js';

export class ShardDatabaseError extends CodedError<'SIGNATURE_UNKNOWN' | 'WORKER_OF_OTHER_MINER'> {}

const EXTRANONCE1_VALUES = 1 << 24;
/** Readers hold a file for a moment when it is opened and its write-ahead log is taken up again. */
const OPENING_PATIENCE_MS = 10_000;
const BUSY_PATIENCE_MS = 500;
/** What is left of the write-ahead log after a reader held it open for long. */
const LARGEST_IDLE_WAL_BYTES = 64 << 20;

export class ShardDatabase {
  private readonly database: Database.Database;
  private readonly jobs: JobRows;
  private readonly miners: ContentRows;
  private readonly signatures: SignatureRows;
  private readonly workers: WorkerRows;
  private readonly rounds: RoundRows;
  private readonly blocks: BlockRows;
  private readonly idle: IdleRows;
  private readonly insertBatch: (batch: DigestedBatch) => void;
  private readonly getLastBatch: Database.Statement<[], { last: number | null }>;
  private readonly getCounter: Database.Statement<[string], { value: number }>;
  private readonly setCounter: Database.Statement<[string, number]>;
  /** Made once: preparing a transaction costs more than a small one takes. */
  private readonly transaction: Database.Transaction<(work: () => unknown) => unknown>;

  /** Makes the file when it is missing. Throws SQLite's errors, `DamagedPagesError`, `ShardAlteredError` and `ShardVersionError`. */
  constructor(path: string) {
    refuseNoFile(path);
    makeDatabase(path, (database) => migrate(database, path));
    // Before SQLite, who writes over what lies behind the first frame that it cannot read.
    refuseAlteredLog(path);
    this.database = new Database(path, { timeout: OPENING_PATIENCE_MS });
    try {
      this.database.pragma('journal_mode = WAL');
      this.database.pragma('synchronous = FULL');
      this.database.pragma('wal_autocheckpoint = 0');
      this.database.pragma(`journal_size_limit = ${LARGEST_IDLE_WAL_BYTES}`);
      // First, since nothing is written to what is damaged.
      if (shardVersion(this.database, path) > 0) checkStructure(this.database);
      migrate(this.database, path);
      checkRows(this.database);
      new NewestShares(this.database, notedBatch(this.database)).check();
      this.jobs = new JobRows(this.database);
      this.miners = new ContentRows(this.database, 'miners');
      this.signatures = new SignatureRows(this.database);
      this.workers = new WorkerRows(this.database);
      this.rounds = new RoundRows(this.database);
      this.blocks = new BlockRows(this.database);
      this.idle = new IdleRows(this.database);
      this.insertBatch = batchInsert(this.database);
      this.getLastBatch = this.database.prepare('SELECT max(id) AS last FROM batches');
      this.getCounter = this.database.prepare('SELECT value FROM counters WHERE name = ?');
      this.setCounter = this.database.prepare('INSERT OR REPLACE INTO counters (name, value) VALUES (?, ?)');
      this.transaction = this.database.transaction((work) => work());
      this.database.pragma(`busy_timeout = ${BUSY_PATIENCE_MS}`);
    } catch (error) {
      this.database.close();
      throw error;
    }
  }

  /** Asked of the file each time: a commit may be undone, and a predecessor whose fsync was slow have made one more. */
  private nextBatch(): number {
    return this.lastBatch() + 1;
  }

  /** 0 before the first. */
  lastBatch(): number {
    return this.getLastBatch.get()?.last ?? 0;
  }

  /**
   * Runs `work` in one transaction: on its return everything in it is on disk, on a throw nothing is. Inside, each
   * `alone` is all or nothing by itself.
   */
  together<Result>(work: () => Result): Result {
    return this.undoing(() => this.transaction.immediate(work) as Result);
  }

  /**
   * Throws what `work` throws; check `isOpen` then: a full or failing disk ends the whole transaction at once, and
   * with it what succeeded before.
   */
  alone<Result>(work: () => Result): Result {
    return this.undoing(() => this.transaction(work) as Result);
  }

  get isOpen(): boolean {
    return this.database.inTransaction;
  }

  private undoing<Result>(transaction: () => Result): Result {
    try {
      return transaction();
    } catch (error) {
      for (const rows of [this.jobs, this.miners, this.signatures, this.workers]) rows.forget();
      throw error;
    }
  }

  addJob(template: BlockTemplate, shape: CoinbaseShape, binding: RoundBinding, nowMs: number): number {
    return this.jobs.add(template, shape, binding, nowMs, this.nextBatch());
  }

  miner(payout: Payout): number {
    return this.given('miners', (made) => this.miners.rowOf(encodePayout(payout), made));
  }

  /** 0 for the empty one. */
  signature(bytes: Uint8Array): number {
    return this.given('signatures', (made) => this.signatures.rowOf(bytes, made));
  }

  worker(miner: number, name: string, nowMs: number): WorkerMemory {
    let memory!: WorkerMemory;
    this.given('workers', (made) => {
      memory = this.workers.memory(miner, name, nowMs, made);
      return memory.worker;
    });
    return memory;
  }

  private given(table: IdleTable, find: (made: () => void) => number): number {
    let isNew = false;
    const row = find(() => {
      isNew = true;
    });
    this.idle.give(table, row, isNew);
    return row;
  }

  /** The first of `count` consecutive values (modulo 2²⁴) that no earlier call was given, until they wrap. */
  reserveExtranonce1(count: number): number {
    const first = this.getCounter.get('extranonce1')?.value ?? 0;
    this.setCounter.run('extranonce1', (first + count) % EXTRANONCE1_VALUES);
    return first;
  }

  addBlock(block: StoredBlock): void {
    this.blocks.add(block);
  }

  commit(batch: ShareBatch, nowMs: number): void {
    const number = this.nextBatch();
    const { byWorker, byRound } = batchGains(batch, (job, miner, signature, worker) => {
      this.checkSender(miner, worker);
      this.useSignature(signature, number);
      return this.jobs.use(job, number);
    });
    if (batch.workers.length > 0) {
      const workers = new Uint8Array(
        batch.workers.buffer,
        batch.workers.byteOffset,
        batch.workers.byteLength,
      );
      const { records, hashes } = batch;
      this.insertBatch({ id: number, committedMs: nowMs, records, hashes, workers });
      this.setCounter.run(LAST_BATCH, number);
    }
    for (const [worker, gain] of byWorker) this.workers.credit(worker, gain, nowMs);
    for (const { worker, outcome, count } of batch.counts) {
      if (worker !== null) this.workers.count(worker, { [outcome]: count });
    }
    for (const [round, gain] of byRound) this.rounds.add(round, gain);
    for (const [worker, proven] of batch.difficulties) this.workers.remember(worker, proven, nowMs);
  }

  private checkSender(miner: number, worker: number): void {
    if (this.workers.minerOf(worker) !== miner) {
      throw new ShardDatabaseError(
        'WORKER_OF_OTHER_MINER',
        `worker ${worker} does not belong to miner ${miner}`,
      );
    }
  }

  private useSignature(signature: number, batch: number): void {
    if (!this.signatures.use(signature, batch)) {
      throw new ShardDatabaseError('SIGNATURE_UNKNOWN', `signature ${signature} is not in the share log`);
    }
  }

  /** 32 bytes a share: see `hashes-on.ts`. */
  hashesOn(prevHash: Uint8Array): Uint8Array {
    return hashesOn(this.database, prevHash);
  }

  /** One slice, in a transaction of its own. */
  prune(beforeMs: number): Pruned {
    const pruned = pruneSlice(this.database, beforeMs);
    if (pruned.jobs) this.jobs.forget();
    return pruned;
  }

  /** Whether rows are to be forgotten that nobody needs; then call `sweep` until there is no more. */
  beginSweep(inUse: RowsInUse, nowMs: number): boolean {
    return this.idle.begin(inUse, nowMs);
  }

  /** One slice, in a transaction of its own. */
  sweep(): Swept {
    const removed = new Set<IdleTable>();
    const swept = this.together(() => this.idle.next((table) => removed.add(table)));
    for (const table of removed) this[table].forget();
    return swept;
  }

  /** Moves what is committed from the write-ahead log into the file, as far as no reader needs it. */
  checkpoint(): void {
    this.database.pragma('wal_checkpoint(PASSIVE)');
  }

  /** Writes something, so that a disk that cannot is found out. */
  probe(nowMs: number): void {
    this.setCounter.run('probe', nowMs);
  }

  close(): void {
    this.database.close();
  }
}
