/**
 * A new shard made of what stands in a damaged one. Contents are held against their digests, jobs against their contents,
 * shares are recomputed, and totals added up anew. Numbers of batches and jobs stay, because closed rounds and miners name
 * them. What cannot be read or does not stand is told, and is only in the damaged file then; what nothing else in the shard
 * could contradict is taken as it stood, and told as well.
 */
import { existsSync, renameSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { difficultyOfHash, type Network, workOfBits } from '../bitcoin/index.js';
import type { MendedLog } from '../disk/index.js';
import { CodedError, equalBytes, errorCode, errorMessage, sha256d } from '../lib/index.js';
import { commitsToWitnesses, SHARE_RECORD_BYTES, shareCoinbase, shareHeader } from '../mining/index.js';
import { batchInsert } from './batch-digest.js';
import { CONTENTS, isStanding } from './contents.js';
import { HashTable } from './counted-hashes.js';
import { type Cell, DamagedTables, type Row } from './damaged-tables.js';
import { mendedBatch } from './mended-batch.js';
import { mendedLog } from './mended-log.js';
import { readableTables } from './readable-tables.js';
import { ShareRecomputer } from './recompute-share.js';
import { RecoveredNumbers } from './recovered-numbers.js';
import { RecoveredTotals } from './recovered-totals.js';
import { ShardDatabase } from './shard-database.js';
import { ShardFile } from './shard-file.js';
import { HASH_BYTES } from './share-batch.js';
import {
  batchLength,
  belongsTogether,
  hashAt,
  isWhole,
  recordAt,
  workerAt,
  workerFault,
} from './stored-share.js';

export class RecoverShardError extends CodedError<'TARGET_EXISTS'> {}

export interface RecoveredShard {
  readonly shares: number;
  /** What was not taken over, for people. */
  readonly lost: readonly string[];
  /** What was altered in its write-ahead log and costs nothing, as checksums and digests prove, for people. */
  readonly mended: readonly string[];
  /** What was taken as it stood, because nothing in the shard could contradict it, for people. */
  readonly asItStood: readonly string[];
}

const NOT_RECOMPUTED =
  'names of workers, refusals, remembered difficulties and rates, times of jobs and batches: nothing else in a shard says them';

/**
 * `to`: made by this, whole or not at all. Nobody may have either open. Throws `RecoverShardError`, `ReadableTablesError`,
 * SQLite's errors and `ShardVersionError`.
 */
export function recoverShard(from: string, to: string, network: Network): RecoveredShard {
  if (existsSync(to))
    throw new RecoverShardError('TARGET_EXISTS', `${to} is there already and is not overwritten`);
  const draft = `${to}-draft`;
  const logged = `${to}-logged`;
  const copy = `${to}-source`;
  for (const path of [draft, logged, copy]) removeDatabase(path);
  try {
    const log = mendedLog(from, logged);
    const { database: source, altered } = readableTables(log === null ? from : logged, copy);
    try {
      const recovered = recoverInto(draft, source, altered, log, network);
      renameSync(draft, to);
      return recovered;
    } finally {
      source.close();
    }
  } finally {
    for (const path of [draft, logged, copy]) removeDatabase(path);
  }
}

function recoverInto(
  draft: string,
  source: Database.Database,
  altered: string | null,
  log: MendedLog | null,
  network: Network,
): RecoveredShard {
  new ShardDatabase(draft).close();
  const target = new Database(draft);
  try {
    return new Recovery(source, target, draft, network, altered, log).run();
  } finally {
    target.close();
  }
}

function removeDatabase(path: string): void {
  for (const end of ['', '-wal', '-shm']) rmSync(`${path}${end}`, { force: true });
}

class Recovery {
  private readonly lost: string[] = [];
  private readonly totals = new RecoveredTotals();
  private readonly numbers = new RecoveredNumbers();
  private readonly tables: DamagedTables;
  private readonly kept = new Map<string, Set<number>>();
  /** Whether every share that the old batches have is in the new ones. */
  private isWhole = true;

  constructor(
    source: Database.Database,
    private readonly target: Database.Database,
    private readonly path: string,
    private readonly network: Network,
    altered: string | null,
    private readonly log: MendedLog | null,
  ) {
    this.lost.push(...(log?.doubtful ?? []));
    this.tables = new DamagedTables(source, (says) => this.lost.push(says));
    if (altered !== null) this.lost.push(`the list of tables, which is as in any shard (${altered})`);
  }

  run(): RecoveredShard {
    const asItStood: string[] = [];
    // Shares are recomputed from what is in the target.
    this.target.transaction(() => this.takeTables())();
    const file = ShardFile.open(this.path, 'recovered', 0)!;
    try {
      this.target.transaction(() => {
        this.takeBatches(file);
        const isWhole = this.isWhole && !this.tables.unread.has('batches');
        const rounds = [...this.tables.rows('rounds', 'round')];
        const workers = [...this.tables.rows('workers', 'id')];
        asItStood.push(
          ...this.numbers.write(this.target, this.tables, rounds, this.totals, isWhole, (says) =>
            this.lost.push(says),
          ),
        );
        asItStood.push(...this.totals.write(this.target, rounds, workers, isWhole));
      })();
    } finally {
      file.close();
    }
    if (this.kept.get('blocks') !== undefined)
      asItStood.push(
        'of found blocks which template they are on, whose they are and when: blocks.sqlite has them again',
      );
    asItStood.push(NOT_RECOMPUTED);
    return { shares: this.totals.shares, lost: this.lost, mended: this.log?.mended ?? [], asItStood };
  }

  private put(table: string, row: Row): void {
    const columns = Object.keys(row);
    const insert = this.target.prepare(
      `INSERT OR REPLACE INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
    );
    try {
      insert.run(...Object.values(row));
    } catch (error) {
      // A flipped bit in a row's head makes a cell of another type.
      if (!String(errorCode(error)).startsWith('SQLITE_CONSTRAINT')) throw error;
      this.lost.push(`a row of ${table} (${errorMessage(error)})`);
      return;
    }
    const rows = this.kept.get(table) ?? new Set();
    this.kept.set(table, rows.add(Number(row.id ?? 0)));
  }

  private has(table: string, row: Cell): boolean {
    return this.kept.get(table)?.has(Number(row)) ?? false;
  }

  private takeTables(): void {
    for (const table of CONTENTS) {
      for (const { id, digest, bytes } of this.tables.rows(table, 'id')) {
        if (isStanding(table, Number(id), digest, bytes))
          this.put(table, { id: id!, digest: digest!, bytes: bytes! });
        else this.lost.push(`${table} ${id}: not what its digest says`);
      }
    }
    for (const { id, template, shape, binding, created_ms } of this.tables.rows('jobs', 'id')) {
      this.numbers.seeJob(Number(id));
      if (this.has('templates', template!) && this.has('shapes', shape!) && this.has('bindings', binding!)) {
        const { bytes } = this.target
          .prepare<[Cell], { bytes: Uint8Array }>('SELECT bytes FROM templates WHERE id = ?')
          .get(template!)!;
        const refers = { id: id!, template: template!, shape: shape!, binding: binding! };
        const batches = { first_batch: 1, last_batch_bound: 0 };
        this.put('jobs', {
          ...refers,
          prev_hash: bytes.subarray(0, 32),
          created_ms: created_ms!,
          ...batches,
        });
      } else this.lost.push(`job ${id}: a row it names is missing`);
    }
    for (const row of this.tables.rows('workers', 'id')) {
      if (this.has('miners', row.miner!))
        this.put('workers', { id: row.id!, miner: row.miner!, name: row.name! });
      else this.lost.push(`worker ${row.id}: its miner is missing`);
    }
    for (const row of this.tables.rows('blocks', 'hash')) {
      const { header, hash } = row;
      const isBytes = header instanceof Uint8Array && hash instanceof Uint8Array;
      if (isBytes && equalBytes(sha256d(header), hash)) this.put('blocks', row);
      else this.lost.push(`a block of height ${row.height}: its header has another hash`);
    }
    for (const table of CONTENTS.slice(0, 3)) {
      const column = table.slice(0, -1);
      this.target.exec(`DELETE FROM ${table} WHERE id NOT IN (SELECT ${column} FROM jobs)`);
    }
  }

  private takeBatches(file: ShardFile): void {
    const recomputer = new ShareRecomputer(this.network);
    const hashes = new HashTable();
    const insert = batchInsert(this.target);
    const setBlock = this.target.prepare(
      'UPDATE blocks SET header = ?, coinbase = ?, height = ?, has_witness_commitment = ? WHERE hash = ?',
    );
    for (const row of this.tables.rows('batches', 'id')) {
      const batch = mendedBatch(row);
      const { records, hashes: stored, workers } = batch;
      const kept: number[] = [];
      const isBatch = batch.id >= 1 && belongsTogether(batch);
      if (isBatch && !isWhole(batch))
        this.lost.push(
          `batch ${batch.id}: its time or whose its shares are was altered, and is taken as it stood`,
        );
      for (let index = 0; isBatch && index < batchLength(batch); index++) {
        const record = recordAt(batch, index);
        const hash = hashAt(batch, index);
        const result = recomputer.recompute(file, record, hash, () => hashes.has(hash));
        const fault = result.fault ?? workerFault(file, batch, index, record);
        if (result.fault !== null || fault !== null) {
          this.lost.push(`batch ${batch.id}, share ${index}: ${fault}`);
          this.isWhole = false;
          continue;
        }
        hashes.add(hash);
        kept.push(index);
        this.numbers.seeShare(record, batch.committedMs);
        if (result.isBlock) {
          const { job, parts } = result;
          const coinbase = shareCoinbase(job, record);
          const hasCommitment = Number(commitsToWitnesses(coinbase));
          setBlock.run(shareHeader(job, record), coinbase, parts.template.height, hasCommitment, hash);
        }
        this.totals.credit(batch, record, workerAt(batch, index), {
          round: result.parts.binding.round,
          work: workOfBits(record.bits),
          best: difficultyOfHash(hash),
        });
      }
      const part = (bytes: Uint8Array, size: number): Buffer =>
        Buffer.concat(kept.map((index) => bytes.subarray(index * size, (index + 1) * size)));
      if (kept.length > 0) {
        insert({
          ...batch,
          records: part(records, SHARE_RECORD_BYTES),
          hashes: part(stored, HASH_BYTES),
          workers: part(workers, 4),
        });
      } else {
        this.lost.push(`batch ${batch.id}: nothing of it stands`);
        this.isWhole = false;
      }
    }
  }
}
