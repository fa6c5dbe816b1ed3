/**
 * A shard read from outside its writer: a read-only connection beside a live one (write-ahead logging lets both
 * work). Each query is its own short transaction, so that no reader keeps the writer's log from being moved into the
 * file.
 */
import Database from 'better-sqlite3';
import { ByteWriter, toHex } from '../lib/index.js';
import { readBlock, readBlocks, type StoredBlock } from './block-rows.js';
import type { TipSpans } from './counted-hashes.js';
import { shardVersion } from './migrations.js';
import { hasGaps } from './number-run.js';
import { refuseNoFile } from './refuse-no-file.js';
import { type RoundFigures, readRound, roundKey } from './round-rows.js';
import { rowContradictions } from './row-contradictions.js';
import { type RowSpans, readRowSpans } from './row-spans.js';
import { readStanding, removedBatches, type ShardStanding } from './shard-standing.js';
import { ShardAlteredError } from './storage-fault.js';
import { StoredRows, type StoredWorker } from './stored-rows.js';
import type { WorkerFigures } from './worker-figures.js';
import { readFigures } from './worker-rows.js';

export interface StoredBatch {
  readonly id: number;
  readonly committedMs: number;
  /** 40 bytes a share. */
  readonly records: Uint8Array;
  /** 32 bytes a share. */
  readonly hashes: Uint8Array;
  /** A worker row a share, u32 little-endian. */
  readonly workers: Uint8Array;
  /** Null in shards of older versions. */
  readonly digest: Uint8Array | null;
}

/** What is kept of a worker between its connections. */
export interface StoredMemory extends StoredWorker {
  readonly difficulty: number | null;
  /** When the last share of it came; 0 for never. */
  readonly difficultyMs: number;
  /** The user agent whose shares proved it; null for unknown, as in shards of older versions. */
  readonly difficultyBy: string | null;
  readonly bestEver: number;
  readonly bestWeek: number;
  /** The week of `bestWeek`. */
  readonly week: number;
}

/** Where a binding's bytes name the round: behind task and node. */
const ROUND_IN_BINDING = 64;
/** The version from which on it is known whose shares proved a difficulty. */
const DIFFICULTY_BY_SINCE = 7;
/** The version from which on batches have digests. */
const DIGESTS_SINCE = 8;
const CELLS = 'id, committed_ms AS committedMs, records, hashes, workers';
/** A row whose head was shortened by a bit has no digest, and is not to pass for one of an older version. */
export const BATCH_COLUMNS = `${CELLS}, coalesce(digest, x'') AS digest`;
const OLDER_BATCH_COLUMNS = `${CELLS}, NULL AS digest`;

const NO_BYTES = new Uint8Array(0);

/** A flipped bit in a row's head makes a null or a number of a cell, whatever the schema says: then it has no bytes. */
function readBatch(
  { id, committedMs, records, hashes, workers, digest }: StoredBatch,
  hasDigests: boolean,
): StoredBatch {
  const bytes = (cell: unknown): Uint8Array => (cell instanceof Uint8Array ? cell : NO_BYTES);
  return {
    ...{ id, committedMs: typeof committedMs === 'number' ? committedMs : 0 },
    ...{ records: bytes(records), hashes: bytes(hashes), workers: bytes(workers) },
    digest: hasDigests ? bytes(digest) : null,
  };
}

/** Throws `ShardAlteredError`: an altered pointer between pages leads to the same rows again and again. */
export function inOrder(row: StoredBatch, before: number, direction: 1 | -1): StoredBatch {
  if ((row.id - before) * direction > 0) return row;
  throw new ShardAlteredError('SHARD_ALTERED', `batch ${row.id} is found behind batch ${before}`);
}

export class ShardFile {
  private readonly database: Database.Database;
  readonly rows: StoredRows;
  private readonly hasDigests: boolean;

  private constructor(
    readonly name: string,
    database: Database.Database,
    version: number,
  ) {
    this.database = database;
    this.rows = new StoredRows(database);
    this.hasDigests = version >= DIGESTS_SINCE;
  }

  /**
   * Null for a file whose writer has only just made it. `patienceMs`: how long this and each query may block their
   * thread while the file is locked. Throws SQLite's errors, `ShardAlteredError` and `ShardVersionError`.
   */
  static open(path: string, name: string, patienceMs: number): ShardFile | null {
    refuseNoFile(path);
    const database = new Database(path, { readonly: true, fileMustExist: true, timeout: patienceMs });
    try {
      const version = shardVersion(database, path);
      if (version > 0) return new ShardFile(name, database, version);
    } catch (error) {
      database.close();
      throw error;
    }
    database.close();
    return null;
  }

  private get batchColumns(): string {
    return this.hasDigests ? BATCH_COLUMNS : OLDER_BATCH_COLUMNS;
  }

  /** Below it everything was removed by retention. */
  firstBatch(): number {
    return (
      this.database.prepare<[], { first: number | null }>('SELECT min(id) AS first FROM batches').get()!
        .first ?? 0
    );
  }

  /** 0 for an empty log. */
  lastBatch(): number {
    return (
      this.database.prepare<[], { last: number | null }>('SELECT max(id) AS last FROM batches').get()!.last ??
      0
    );
  }

  /** The batches that can have shares of the round; null when no job of it was ever used. */
  batchesOfRound(round: bigint): { readonly first: number; readonly last: number } | null {
    const span = this.database
      .prepare<[Uint8Array], { first: number | null; last: number | null }>(
        `SELECT min(first_batch) AS first, max(last_batch_bound) AS last
         FROM jobs JOIN bindings ON bindings.id = jobs.binding
         WHERE substr(bytes, ${ROUND_IN_BINDING + 1}, 8) = ? AND last_batch_bound > 0`,
      )
      .get(new ByteWriter(8).u64(round).finish())!;
    return span.first === null || span.last === null ? null : { first: span.first, last: span.last };
  }

  standing(): ShardStanding {
    return this.database.transaction(() => readStanding(this.database))();
  }

  /** Where the rows beside the batches contradict each other, for people. */
  rowContradictions(): readonly string[] {
    return this.database.transaction(() => rowContradictions(this.database))();
  }

  /** In which batches shares can name each job and each signature. */
  rowSpans(): RowSpans {
    return this.database.transaction(() => readRowSpans(this.database))();
  }

  /** Whether batches may be missing in between, as `recover` left it, or in a version that nobody holds to it. */
  get mayLackBatches(): boolean {
    return !this.hasDigests || hasGaps(this.database);
  }

  /** The last batch that retention removed by now; 0 for none. */
  removedBatches(): number {
    return removedBatches(this.database) ?? 0;
  }

  /** By the previous block in the templates' own bytes, from which shares are recomputed. */
  tipSpans(): TipSpans {
    const rows = this.database
      .prepare<[], { tip: Uint8Array; last: number }>(
        `SELECT substr(bytes, 1, 32) AS tip, max(last_batch_bound) AS last
         FROM jobs JOIN templates ON templates.id = jobs.template GROUP BY tip`,
      )
      .all();
    return new Map(rows.map(({ tip, last }) => [toHex(tip), last]));
  }

  /** Shares in the batches up to `lastBatch`. Reads no blobs, but every row. */
  shareCount(lastBatch: number): number {
    return this.database
      .prepare<[number], { count: number }>(
        'SELECT coalesce(sum(length(hashes)), 0) / 32 AS count FROM batches WHERE id <= ?',
      )
      .get(lastBatch)!.count;
  }

  /** The next batches behind `id`, oldest first. Throws `ShardAlteredError`; so too below. */
  batchesAfter(id: number, lastBatch: number, limit: number): StoredBatch[] {
    return this.database
      .prepare<[number, number, number], StoredBatch>(
        `SELECT ${this.batchColumns} FROM batches WHERE id > ? AND id <= ? ORDER BY id LIMIT ?`,
      )
      .all(id, lastBatch, limit)
      .map((row, at, rows) => readBatch(inOrder(row, rows[at - 1]?.id ?? id, 1), this.hasDigests));
  }

  /** The batches before `id`, newest first. */
  batchesBefore(id: number, limit: number): StoredBatch[] {
    return this.database
      .prepare<[number, number], StoredBatch>(
        `SELECT ${this.batchColumns} FROM batches WHERE id < ? ORDER BY id DESC LIMIT ?`,
      )
      .all(id, limit)
      .map((row, at, rows) => readBatch(inOrder(row, rows[at - 1]?.id ?? id, -1), this.hasDigests));
  }

  workers(): { readonly miner: number; readonly name: string; readonly figures: WorkerFigures }[] {
    return this.database
      .prepare<[], StoredWorker>('SELECT * FROM workers')
      .all()
      .map((row) => ({ miner: row.miner, name: row.name, figures: readFigures(row) }));
  }

  memories(): StoredMemory[] {
    const version = this.database.pragma('user_version', { simple: true }) as number;
    const difficultyBy = version >= DIFFICULTY_BY_SINCE ? 'difficulty_by' : 'NULL';
    return this.database
      .prepare<[], StoredMemory>(
        `SELECT miner, name, difficulty, difficulty_ms AS difficultyMs, ${difficultyBy} AS difficultyBy,
           best_ever AS bestEver, best_week AS bestWeek, week
         FROM workers ORDER BY max(last_share_ms, difficulty_ms)`,
      )
      .all();
  }

  round(round: bigint): RoundFigures {
    return readRound(this.database.prepare('SELECT * FROM rounds WHERE round = ?').get(roundKey(round)));
  }

  rounds(): RoundFigures[] {
    return this.database.prepare('SELECT * FROM rounds').all().map(readRound);
  }

  /** Null for one that is not in its table. `hash`: internal order. */
  block(hash: Uint8Array): StoredBlock | null {
    return readBlock(this.database, hash);
  }

  blocks(sinceMs: number): StoredBlock[] {
    return readBlocks(this.database, sinceMs);
  }

  close(): void {
    this.database.close();
  }
}
