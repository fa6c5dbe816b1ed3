/**
 * One shard of the share log: the SQLite file of one listener, written by that listener's thread alone. Every call
 * is synchronous and on disk when it returns (WAL, synchronous=FULL). What is promised on disk depends on a disk
 * that honours fsync. Figures per worker and round are changed in the transaction of the shares they count.
 */
import Database from 'better-sqlite3';
import { workOfBits } from '../bitcoin/index.js';
import { sha256 } from '../lib/index.js';
import {
  type BlockTemplate,
  type CoinbaseShape,
  encodeBinding,
  encodeJobTemplate,
  encodePayout,
  encodeShape,
  type Payout,
  type RoundBinding,
  readShareRecord,
  SHARE_RECORD_BYTES,
} from '../mining/index.js';
import { migrate } from './migrations.js';
import { HASH_BYTES, type ShareBatch } from './share-batch.js';
import { addOutcomes, NO_OUTCOMES, type OutcomeCounts, type WorkerGain } from './worker-figures.js';
import { readFigures, WorkerRows } from './worker-rows.js';

export interface StoredBlock {
  readonly hash: Uint8Array;
  readonly header: Uint8Array;
  readonly coinbase: Uint8Array;
  readonly templateId: string;
  readonly height: number;
  readonly worker: string;
  readonly foundMs: number;
}

export interface WorkerMemory {
  readonly worker: number;
  readonly difficulty: number | null;
  readonly bestEver: number;
}

type ContentTable = 'templates' | 'shapes' | 'bindings' | 'signatures' | 'miners';

const DIFFICULTY_MEMORY_MS = 86_400_000;
const EXTRANONCE1_VALUES = 1 << 24;
/** Jobs younger than this are kept whether or not a share names them: they may be live. */
const UNUSED_JOB_LIFE_MS = 3_600_000;

export class ShardDatabase {
  private readonly database: Database.Database;
  private readonly workers: WorkerRows;
  /** Binding row to round, and job row to binding row: which round a share counts for. */
  private readonly roundOfJob = new Map<number, bigint>();
  private readonly workOf = new Map<number, bigint>();

  constructor(path: string) {
    this.database = new Database(path);
    this.database.pragma('journal_mode = WAL');
    this.database.pragma('synchronous = FULL');
    this.database.pragma('wal_autocheckpoint = 0');
    this.database.pragma('busy_timeout = 5000');
    migrate(this.database, path);
    this.workers = new WorkerRows(this.database);
    this.database
      .prepare('INSERT OR IGNORE INTO signatures (id, digest, bytes) VALUES (0, ?, ?)')
      .run(sha256(new Uint8Array(0)), new Uint8Array(0));
  }

  /** A row of content that stands once however often it is needed. */
  private contentRow(table: ContentTable, bytes: Uint8Array): number {
    const digest = sha256(bytes);
    this.database.prepare(`INSERT OR IGNORE INTO ${table} (digest, bytes) VALUES (?, ?)`).run(digest, bytes);
    return this.database.prepare(`SELECT id FROM ${table} WHERE digest = ?`).pluck().get(digest) as number;
  }

  /** The job's row; ids ascend for ever. */
  addJob(template: BlockTemplate, shape: CoinbaseShape, binding: RoundBinding, nowMs: number): number {
    const id = this.database.transaction(() => {
      const rows = [
        this.contentRow('templates', encodeJobTemplate(template)),
        this.contentRow('shapes', encodeShape(shape)),
        this.contentRow('bindings', encodeBinding(binding)),
      ];
      this.database
        .prepare('INSERT OR IGNORE INTO jobs (template, shape, binding, created_ms) VALUES (?, ?, ?, ?)')
        .run(...rows, nowMs);
      return this.database
        .prepare('SELECT id FROM jobs WHERE template = ? AND shape = ? AND binding = ?')
        .pluck()
        .get(...rows) as number;
    })();
    this.roundOfJob.set(id, binding.round);
    return id;
  }

  miner(payout: Payout): number {
    return this.contentRow('miners', encodePayout(payout));
  }

  signature(bytes: Uint8Array): number {
    return bytes.length === 0 ? 0 : this.contentRow('signatures', bytes);
  }

  worker(miner: number, name: string, nowMs: number): WorkerMemory {
    this.database.prepare('INSERT OR IGNORE INTO workers (miner, name) VALUES (?, ?)').run(miner, name);
    const row = this.database
      .prepare('SELECT id, difficulty, difficulty_ms, best_ever FROM workers WHERE miner = ? AND name = ?')
      .get(miner, name) as {
      id: number;
      difficulty: number | null;
      difficulty_ms: number;
      best_ever: number;
    };
    const isFresh = nowMs - row.difficulty_ms <= DIFFICULTY_MEMORY_MS;
    return { worker: row.id, difficulty: isFresh ? row.difficulty : null, bestEver: row.best_ever };
  }

  /** The first of `count` consecutive values (modulo 2²⁴) that no earlier call was given, until they wrap. */
  reserveExtranonce1(count: number): number {
    return this.database.transaction(() => {
      const first =
        (this.database.prepare("SELECT value FROM counters WHERE name = 'extranonce1'").pluck().get() as
          | number
          | undefined) ?? 0;
      this.database
        .prepare("INSERT OR REPLACE INTO counters (name, value) VALUES ('extranonce1', ?)")
        .run((first + count) % EXTRANONCE1_VALUES);
      return first;
    })();
  }

  addBlock(block: StoredBlock): void {
    this.database
      .prepare(
        'INSERT OR IGNORE INTO blocks (hash, header, coinbase, template_id, height, worker, found_ms) VALUES (?, ?, ?, ?, ?, ?, ?)',
      )
      .run(
        block.hash,
        block.header,
        block.coinbase,
        block.templateId,
        block.height,
        block.worker,
        block.foundMs,
      );
  }

  /** All of the batch or nothing of it. */
  commit(batch: ShareBatch, nowMs: number): void {
    const settled = this.database.transaction(() => {
      if (batch.workers.length > 0) this.insertShares(batch, nowMs);
      const gains = this.gains(batch);
      const touched = this.workers.apply(gains.byWorker, batch.counts, nowMs);
      this.addToRounds(gains.byRound, batch);
      for (const [worker, difficulty] of batch.difficulties) {
        this.database
          .prepare('UPDATE workers SET difficulty = ?, difficulty_ms = ? WHERE id = ?')
          .run(difficulty, nowMs, worker);
      }
      return touched;
    })();
    this.workers.settle(settled);
  }

  private insertShares(batch: ShareBatch, nowMs: number): void {
    const workers = new Uint8Array(batch.workers.buffer, batch.workers.byteOffset, batch.workers.byteLength);
    this.database
      .prepare(
        'INSERT INTO batches (committed_ms, first_job, records, hashes, workers) VALUES (?, ?, ?, ?, ?)',
      )
      .run(nowMs, readShareRecord(batch.records, 0).job, batch.records, batch.hashes, workers);
  }

  private gains(batch: ShareBatch): {
    byWorker: Map<number, WorkerGain>;
    byRound: Map<bigint, { accepted: number; work: bigint }>;
  } {
    const byWorker = new Map<number, WorkerGain>();
    const byRound = new Map<bigint, { accepted: number; work: bigint }>();
    for (let i = 0; i < batch.workers.length; i++) {
      const { job, bits } = readShareRecord(batch.records, i * SHARE_RECORD_BYTES);
      const work = this.work(bits);
      const worker = batch.workers[i]!;
      const before = byWorker.get(worker) ?? { accepted: 0, work: 0n, best: 0 };
      byWorker.set(worker, {
        accepted: before.accepted + 1,
        work: before.work + work,
        best: Math.max(before.best, batch.hashDifficulties[i]!),
      });
      const round = this.round(job);
      const sum = byRound.get(round) ?? { accepted: 0, work: 0n };
      byRound.set(round, { accepted: sum.accepted + 1, work: sum.work + work });
    }
    return { byWorker, byRound };
  }

  private work(bits: number): bigint {
    let work = this.workOf.get(bits);
    if (work === undefined) {
      work = workOfBits(bits);
      this.workOf.set(bits, work);
    }
    return work;
  }

  private round(job: number): bigint {
    let round = this.roundOfJob.get(job);
    if (round === undefined) {
      const bytes = this.database
        .prepare(
          'SELECT bindings.bytes FROM jobs JOIN bindings ON bindings.id = jobs.binding WHERE jobs.id = ?',
        )
        .pluck()
        .get(job) as Uint8Array;
      // task_id 32 ‖ node_key 32 ‖ round u64: the binding's codec.
      round = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(64, true);
      this.roundOfJob.set(job, round);
    }
    return round;
  }

  private addToRounds(
    gains: ReadonlyMap<bigint, { accepted: number; work: bigint }>,
    batch: ShareBatch,
  ): void {
    const counts = new Map<bigint, OutcomeCounts>();
    for (const [round, { accepted }] of gains) counts.set(round, addOutcomes(NO_OUTCOMES, { accepted }));
    for (const { round, outcome, count } of batch.counts) {
      counts.set(round, addOutcomes(counts.get(round) ?? NO_OUTCOMES, { [outcome]: count }));
    }
    for (const [round, added] of counts) {
      const row = this.database.prepare('SELECT * FROM rounds WHERE round = ?').get(round);
      const before = readFigures(row);
      const now = addOutcomes(before.counts, added);
      this.database
        .prepare(
          'INSERT OR REPLACE INTO rounds (round, accepted, uncredited, stale, duplicate, low_difficulty, invalid, work) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
        )
        .run(
          round,
          now.accepted,
          now.uncredited,
          now.stale,
          now.duplicate,
          now['low-difficulty'],
          now.invalid,
          (before.work + (gains.get(round)?.work ?? 0n)).toString(),
        );
    }
  }

  /** Hashes of shares committed since, oldest first. */
  hashesSince(sinceMs: number): Uint8Array[] {
    const hashes: Uint8Array[] = [];
    const blobs = this.database
      .prepare('SELECT hashes FROM batches WHERE committed_ms >= ? ORDER BY id')
      .pluck()
      .iterate(sinceMs) as IterableIterator<Uint8Array>;
    for (const blob of blobs) {
      for (let at = 0; at < blob.length; at += HASH_BYTES) {
        hashes.push(Uint8Array.from(blob.subarray(at, at + HASH_BYTES)));
      }
    }
    return hashes;
  }

  /** Removes shares committed before `beforeMs`, and table rows that nothing needs any more. */
  prune(beforeMs: number, nowMs: number): number {
    return this.database.transaction(() => {
      const { changes } = this.database.prepare('DELETE FROM batches WHERE committed_ms < ?').run(beforeMs);
      const firstJob =
        (this.database.prepare('SELECT min(first_job) FROM batches').pluck().get() as number | null) ??
        Number.MAX_SAFE_INTEGER;
      this.database
        .prepare('DELETE FROM jobs WHERE id < ? AND created_ms < ?')
        .run(firstJob - UNSORTED_JOBS, nowMs - UNUSED_JOB_LIFE_MS);
      for (const [table, column] of [
        ['templates', 'template'],
        ['shapes', 'shape'],
        ['bindings', 'binding'],
      ]) {
        this.database.exec(`DELETE FROM ${table} WHERE id NOT IN (SELECT ${column} FROM jobs)`);
      }
      return changes;
    })();
  }

  /** Moves what is committed from the write-ahead log into the file. */
  checkpoint(): void {
    this.database.pragma('wal_checkpoint(PASSIVE)');
  }

  /** Writes something and waits for the disk; throws what SQLite throws. */
  probe(nowMs: number): void {
    this.database.prepare("INSERT OR REPLACE INTO counters (name, value) VALUES ('probe', ?)").run(nowMs);
  }

  close(): void {
    this.database.close();
  }
}

/** Jobs live for minutes, so a batch can name jobs somewhat older than its first. */
const UNSORTED_JOBS = 10_000;
