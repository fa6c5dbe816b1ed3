/**
 * What a shard's own tables say it must hold, to be held against its batches: totals and what retention removed of them,
 * the numbers that only ever rise, and where these contradict each other.
 */
import type { Database } from 'better-sqlite3';
import { BOUND_STEP } from './job-rows.js';
import { REMOVED_BATCHES, type ShareSum } from './removed-shares.js';
import { ShardAlteredError } from './storage-fault.js';
import { workOfText } from './work-text.js';
import { readFigures } from './worker-rows.js';

export interface ShareTotal {
  readonly accepted: ShareSum;
  /** No longer in the batches; null where no account was kept of it. */
  readonly removed: ShareSum | null;
}

export interface WorkerRecord {
  /** The highest difficulty a hash of it reached; 0 for none. */
  readonly best: number;
  /** When its last share was committed; 0 for none. */
  readonly lastMs: number;
  /** Of the week of its last share. */
  readonly bestWeek: number;
  readonly week: number;
}

export interface ShardStanding {
  /** 0 for an empty log. */
  readonly lastBatch: number;
  /** The last batch that retention removed; 0 for none. */
  readonly removedBatches: number;
  readonly rounds: ReadonlyMap<bigint, ShareTotal>;
  readonly workers: ReadonlyMap<number, ShareTotal>;
  /** Of each round, the sum of the squares of its shares' work; 0 where an older version kept none. */
  readonly squares: ReadonlyMap<bigint, number>;
  /** What each worker's newest share and best hash were. */
  readonly records: ReadonlyMap<number, WorkerRecord>;
  /** For people; none in a shard that nobody has altered. */
  readonly contradictions: readonly string[];
}

interface TotalRow {
  readonly key: string;
  readonly accepted: number;
  readonly work: string;
  readonly removed: number | null;
  readonly removedWork: string | null;
}

/** The version from which on a shard keeps account of what was removed. */
const ACCOUNTS_SINCE = 4;
/** The version from which on the last batch is noted. */
const LAST_BATCH_SINCE = 7;
/** The version from which on a round has squares. */
const SQUARES_SINCE = 3;

function versionOf(database: Database): number {
  return database.pragma('user_version', { simple: true }) as number;
}

function keepsAccounts(database: Database): boolean {
  return versionOf(database) >= ACCOUNTS_SINCE;
}

/** The last batch that retention removed; 0 for none, null where the mark was taken away. */
export function removedBatches(database: Database): number | null {
  if (keepsAccounts(database)) {
    return counterOf(database, REMOVED_BATCHES);
  }
  const first = database.prepare<[], { id: number | null }>('SELECT min(id) AS id FROM batches').get()!;
  return (first.id ?? 1) - 1;
}

/** Inside one transaction, beside a live writer. */
export function readStanding(database: Database): ShardStanding {
  const { last } = database
    .prepare<[], { last: number | null }>('SELECT max(id) AS last FROM batches')
    .get()!;
  const lastBatch = last ?? 0;
  const mark = removedBatches(database);
  // Where nothing was removed, nothing of any total was; where something was, only rounds keep account of it.
  const removed = mark === 0 ? NONE_REMOVED : UNKNOWN_REMOVED;
  const rounds = totals(database, 'rounds', 'round', keepsAccounts(database) ? ACCOUNT_KEPT : removed);
  const workers = totals(database, 'workers', 'id', removed);
  return {
    lastBatch,
    removedBatches: mark ?? 0,
    rounds: new Map(rounds.map(([key, total]) => [BigInt.asUintN(64, BigInt(key)), total])),
    workers: new Map(workers.map(([key, total]) => [Number(key), total])),
    squares: roundSquares(database),
    records: workerRecords(database),
    contradictions: [
      ...(mark === null ? ['what retention removed is not noted any more'] : []),
      ...(lastBatch <= (mark ?? 0) && (mark ?? 0) > 0
        ? [`retention removed batches up to ${mark} and leaves the newest, but none is there`]
        : []),
      ...jobContradictions(database, lastBatch),
      ...noteContradictions(database, lastBatch),
    ],
  };
}

const ACCOUNT_KEPT = 'removed, removed_work AS removedWork';
const NONE_REMOVED = "0 AS removed, '0' AS removedWork";
const UNKNOWN_REMOVED = 'NULL AS removed, NULL AS removedWork';

function totals(database: Database, table: string, key: string, removed: string): [string, ShareTotal][] {
  return database
    .prepare<[], TotalRow>(`SELECT CAST(${key} AS TEXT) AS key, accepted, work, ${removed} FROM ${table}`)
    .all()
    .map((row) => [row.key, totalOf(row)]);
}

function totalOf({ accepted, work, removed, removedWork }: TotalRow): ShareTotal {
  return {
    accepted: { shares: accepted, work: workOfText(work) },
    removed:
      removed === null || removedWork === null ? null : { shares: removed, work: workOfText(removedWork) },
  };
}

function roundSquares(database: Database): ReadonlyMap<bigint, number> {
  if (versionOf(database) < SQUARES_SINCE) return new Map();
  const rows = database
    .prepare<[], { key: string; squares: number }>(
      'SELECT CAST(round AS TEXT) AS key, work_squared AS squares FROM rounds',
    )
    .all();
  return new Map(rows.map(({ key, squares }) => [BigInt.asUintN(64, BigInt(key)), squares]));
}

/** Throws `ShardAlteredError` for a row whose figures nobody can read. */
function workerRecords(database: Database): ReadonlyMap<number, WorkerRecord> {
  const rows = database.prepare<[], { id: number }>('SELECT * FROM workers').iterate();
  const records = new Map<number, WorkerRecord>();
  for (const row of rows) {
    const { bestEver, lastShareMs, bestWeek, week } = readFigures(row);
    records.set(row.id, { best: bestEver, lastMs: lastShareMs, bestWeek, week });
  }
  return records;
}

/** The name in `counters`: each commit notes its batch there too, on another page than the batch itself. */
export const LAST_BATCH = 'last_batch';

const NOT_NOTED = 'which batch is the last one is not noted any more';

/** The last batch that was committed, 0 for none, by a shard of the present version. Throws `ShardAlteredError`. */
export function notedBatch(database: Database): number {
  const noted = counterOf(database, LAST_BATCH);
  if (noted === null) throw new ShardAlteredError('SHARD_ALTERED', NOT_NOTED);
  return noted;
}

function counterOf(database: Database, name: string): number | null {
  return (
    database.prepare<[string], number>('SELECT value FROM counters WHERE name = ?').pluck().get(name) ?? null
  );
}

function noteContradictions(database: Database, lastBatch: number): string[] {
  if (versionOf(database) < LAST_BATCH_SINCE) return [];
  const noted = counterOf(database, LAST_BATCH);
  if (noted === null) return [NOT_NOTED];
  return noted === lastBatch
    ? []
    : [`batch ${noted} is noted as the last one; the last one there is ${lastBatch}`];
}

function jobContradictions(database: Database, lastBatch: number): string[] {
  const { newest, used } = database
    .prepare<[], { newest: number | null; used: number | null }>(
      'SELECT max(id) AS newest, max(last_batch_bound) AS used FROM jobs',
    )
    .get()!;
  const given =
    database.prepare<[], { seq: number }>("SELECT seq FROM sqlite_sequence WHERE name = 'jobs'").get()?.seq ??
    0;
  const found: string[] = [];
  if ((newest ?? 0) !== given) {
    found.push(
      `the newest job was number ${given}, and is never removed; the newest there is ${newest ?? 0}`,
    );
  }
  const usedIn = Math.max(0, (used ?? 0) - BOUND_STEP);
  if (usedIn > lastBatch) found.push(`a job was used in batch ${usedIn}; the last one there is ${lastBatch}`);
  return found;
}
