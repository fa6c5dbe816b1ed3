/**
 * A new shard made of what stands in a damaged one. Nothing is copied on trust: contents by their digests, jobs by their
 * contents, shares by recomputing them, and totals are added up anew. Numbers of batches and jobs stay, because closed
 * rounds and miners name them. What cannot be read or does not stand is told, and is only in the damaged file then.
 */
import { existsSync, renameSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { difficultyOfHash, type Network, workOfBits } from '../bitcoin/index.js';
import { CodedError, equalBytes, errorMessage, sha256, sha256d, toHex } from '../lib/index.js';
import { SHARE_RECORD_BYTES, shareCoinbase, shareHeader } from '../mining/index.js';
import { commitsToWitnesses } from './block-fault.js';
import type { ContentTable } from './content-rows.js';
import { BOUND_STEP } from './job-rows.js';
import { shardVersion } from './migrations.js';
import { ShareRecomputer } from './recompute-share.js';
import { RecoveredTotals } from './recovered-totals.js';
import { REMOVED_BATCHES } from './removed-shares.js';
import { ShardDatabase } from './shard-database.js';
import { ShardFile, type StoredBatch } from './shard-file.js';
import { HASH_BYTES } from './share-batch.js';
import { tellsDamage } from './storage-fault.js';
import { batchLength, hashAt, isWhole, recordAt, workerAt, workerFault } from './stored-share.js';

export class RecoverShardError extends CodedError<'TARGET_EXISTS'> {}

export interface RecoveredShard {
  readonly shares: number;
  /** What was not taken over, for people. */
  readonly lost: readonly string[];
}

type Cell = number | bigint | string | Uint8Array | null;
type Row = Readonly<Record<string, Cell>>;

const CONTENTS: readonly ContentTable[] = ['templates', 'shapes', 'bindings', 'signatures', 'miners'];

/** `to`: made by this, whole or not at all. Nobody may have either open. Throws `RecoverShardError`, SQLite's errors and `ShardVersionError`. */
export function recoverShard(from: string, to: string, network: Network): RecoveredShard {
  if (existsSync(to))
    throw new RecoverShardError('TARGET_EXISTS', `${to} is there already and is not overwritten`);
  const source = new Database(from, { readonly: true, fileMustExist: true });
  try {
    shardVersion(source, from);
    const draft = `${to}-draft`;
    removeDatabase(draft);
    try {
      const recovered = recoverInto(draft, source, network);
      renameSync(draft, to);
      return recovered;
    } finally {
      removeDatabase(draft);
    }
  } finally {
    source.close();
  }
}

function recoverInto(draft: string, source: Database.Database, network: Network): RecoveredShard {
  new ShardDatabase(draft).close();
  const target = new Database(draft);
  try {
    return new Recovery(source, target, draft, network).run();
  } finally {
    target.close();
  }
}

function removeDatabase(path: string): void {
  for (const end of ['', '-wal', '-shm']) rmSync(`${path}${end}`, { force: true });
}

function isDigestOf(digest: Cell | undefined, bytes: Cell | undefined): boolean {
  return digest instanceof Uint8Array && bytes instanceof Uint8Array && equalBytes(sha256(bytes), digest);
}

class Recovery {
  private readonly lost: string[] = [];
  private readonly totals = new RecoveredTotals();
  private readonly kept = new Map<string, Set<number>>();

  constructor(
    private readonly source: Database.Database,
    private readonly target: Database.Database,
    private readonly path: string,
    private readonly network: Network,
  ) {}

  run(): RecoveredShard {
    // Shares are recomputed from what is in the target.
    this.target.transaction(() => this.takeTables())();
    const file = ShardFile.open(this.path, 'recovered', 0)!;
    try {
      this.target.transaction(() => {
        this.takeBatches(file);
        this.totals.write(this.target, [...this.rows('rounds', 'round')], [...this.rows('workers', 'id')]);
      })();
    } finally {
      file.close();
    }
    return { shares: this.totals.shares, lost: this.lost };
  }

  /** From both ends, then one by one between them, so that all is read but what lies on a damaged page. */
  private *rows(table: string, key: string): Generator<Row> {
    const seen = new Set<string>();
    const ends: (bigint | null)[] = [];
    for (const order of ['ASC', 'DESC']) {
      let last: bigint | null = null;
      try {
        const select = this.source.prepare<[], Row>(`SELECT * FROM ${table} ORDER BY ${key} ${order}`);
        for (const row of select.safeIntegers().iterate()) {
          const cell = row[key]!;
          const name = cell instanceof Uint8Array ? toHex(cell) : String(cell);
          if (seen.has(name)) return;
          seen.add(name);
          if (typeof cell === 'bigint') last = cell;
          yield row;
        }
        return;
      } catch (error) {
        if (!tellsDamage(error)) throw error;
        this.lost.push(`rows of ${table} (${errorMessage(error)})`);
      }
      ends.push(last);
    }
    const [first = null, last = null] = ends;
    if (first !== null && last !== null) yield* this.rowsBetween(table, key, first, last);
  }

  private *rowsBetween(table: string, key: string, first: bigint, last: bigint): Generator<Row> {
    const select = this.source.prepare<[bigint], Row>(`SELECT * FROM ${table} WHERE ${key} = ?`);
    select.safeIntegers();
    for (let id = first + 1n; id < last; id++) {
      let row: Row | undefined;
      try {
        row = select.get(id);
      } catch (error) {
        if (!tellsDamage(error)) throw error;
        this.lost.push(`${table} ${id}: on a damaged page`);
      }
      if (row !== undefined) yield row;
    }
  }

  private put(table: string, row: Row): void {
    const columns = Object.keys(row);
    this.target
      .prepare(
        `INSERT OR REPLACE INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
      )
      .run(...Object.values(row));
    const rows = this.kept.get(table) ?? new Set();
    this.kept.set(table, rows.add(Number(row.id ?? 0)));
  }

  private has(table: string, row: Cell): boolean {
    return this.kept.get(table)?.has(Number(row)) ?? false;
  }

  private takeTables(): void {
    for (const table of CONTENTS) {
      for (const { id, digest, bytes } of this.rows(table, 'id')) {
        const isStanding = isDigestOf(digest, bytes);
        const isEmptyWhereItMust =
          table !== 'signatures' || (id === 0n) === ((bytes as Uint8Array | null)?.length === 0);
        if (isStanding && isEmptyWhereItMust) this.put(table, { id: id!, digest: digest!, bytes: bytes! });
        else this.lost.push(`${table} ${id}: not what its digest says`);
      }
    }
    for (const { id, template, shape, binding, created_ms } of this.rows('jobs', 'id')) {
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
    for (const row of this.rows('workers', 'id')) {
      if (this.has('miners', row.miner!))
        this.put('workers', { id: row.id!, miner: row.miner!, name: row.name! });
      else this.lost.push(`worker ${row.id}: its miner is missing`);
    }
    for (const row of this.rows('blocks', 'hash')) {
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
    const hashes = new Set<string>();
    const insert = this.target.prepare(
      'INSERT INTO batches (id, committed_ms, records, hashes, workers) VALUES (?, ?, ?, ?, ?)',
    );
    const setBlock = this.target.prepare(
      'UPDATE blocks SET header = ?, coinbase = ?, height = ?, has_witness_commitment = ? WHERE hash = ?',
    );
    for (const row of this.rows('batches', 'id')) {
      const { records, hashes: stored, workers } = row as unknown as StoredBatch;
      const batch = {
        id: Number(row.id),
        committedMs: Number(row.committed_ms),
        records,
        hashes: stored,
        workers,
      };
      const kept: number[] = [];
      const isBatch = batch.id >= 1 && isWhole(batch);
      for (let index = 0; isBatch && index < batchLength(batch); index++) {
        const record = recordAt(batch, index);
        const hash = hashAt(batch, index);
        const result = recomputer.recompute(file, record, hash, () => hashes.has(toHex(hash)));
        const fault = result.fault ?? workerFault(file, batch, index, record);
        if (result.fault !== null || fault !== null) {
          this.lost.push(`batch ${batch.id}, share ${index}: ${fault}`);
          continue;
        }
        hashes.add(toHex(hash));
        kept.push(index);
        if (result.isBlock) {
          const { job, parts } = result;
          const hasCommitment = Number(commitsToWitnesses(parts.shape));
          const { height } = parts.template;
          setBlock.run(shareHeader(job, record), shareCoinbase(job, record), height, hasCommitment, hash);
        }
        this.totals.credit(batch, record, workerAt(batch, index), {
          round: result.parts.binding.round,
          work: workOfBits(record.bits),
          best: difficultyOfHash(hash),
        });
      }
      const part = (bytes: Uint8Array, size: number): Buffer =>
        Buffer.concat(kept.map((index) => bytes.subarray(index * size, (index + 1) * size)));
      if (kept.length > 0)
        insert.run(
          batch.id,
          batch.committedMs,
          part(records, SHARE_RECORD_BYTES),
          part(stored, HASH_BYTES),
          part(workers, 4),
        );
      else this.lost.push(`batch ${batch.id}: nothing of it stands`);
    }
    this.takeNumbers();
  }

  /** What only ever rises, so that nothing is handed out a second time. */
  private takeNumbers(): void {
    const { target, source } = this;
    const { first, last } = target
      .prepare<[], { first: number | null; last: number | null }>(
        'SELECT min(id) AS first, max(id) AS last FROM batches',
      )
      .get()!;
    this.totals.setBounds(target, (last ?? 0) + 1, BOUND_STEP);
    const given = source.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'jobs'").pluck().get();
    target
      .prepare("UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = 'jobs'")
      .run((given as number | undefined) ?? 0);
    const counters = new Map(
      [...this.rows('counters', 'name')].map(({ name, value }) => [name, Number(value)]),
    );
    const mark = counters.get(REMOVED_BATCHES) ?? 0;
    const removed = mark >= 0 && mark < (first ?? 1) ? mark : (first ?? 1) - 1;
    this.put('counters', { name: REMOVED_BATCHES, value: removed });
    const next = counters.get('extranonce1') ?? -1;
    // Half way round where it is not known, as after a restore.
    const extranonce1 = next >= 0 && next < 1 << 24 ? next : 1 << 23;
    this.put('counters', { name: 'extranonce1', value: extranonce1 });
  }
}
