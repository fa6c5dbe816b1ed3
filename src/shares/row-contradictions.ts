/**
 * Where the rows beside a shard's batches contradict themselves or each other: contents against their digests,
 * references, numbers that only rise, and a job's previous block, by which duplicates are refused. What single shares
 * say of their rows is held as they are read; docs/operations.md lists the columns that nothing can be held against.
 */
import type { Database } from 'better-sqlite3';
import { equalBytes, sha256d } from '../lib/index.js';
import { alteredRows, CONTENTS } from './contents.js';
import { BOUND_STEP } from './job-rows.js';
import { GAPS } from './number-run.js';

const COUNTERS = ['extranonce1', GAPS, 'last_batch', 'probe', 'removed_batches'];
const REFUSALS = ['uncredited', 'stale', 'duplicate', 'low_difficulty', 'invalid', 'not_stored'];

/** Weeks begin with Monday, as `weekOf` counts them. */
const DAY_MS = 86_400_000;

/** Shares of before a restart are refused as duplicates by a job's previous block. */
export const OTHER_TIP = `SELECT jobs.id AS row FROM jobs JOIN templates ON templates.id = jobs.template
  WHERE prev_hash <> substr(templates.bytes, 1, 32)`;

/** Numbers begin behind those: one before them is that of another batch, whose shares nobody would find by it. */
export const REMOVED_YET_THERE = `SELECT id AS row FROM batches
  WHERE id < 1 OR id <= (SELECT value FROM counters WHERE name = 'removed_batches')`;

/** Each selects the rows of a table that are wrong, by `row`. */
const WRONG_ROWS: readonly (readonly [says: string, select: string])[] = [
  ...(['template', 'shape', 'binding'] as const).flatMap(
    (name) =>
      [
        [
          `jobs name a ${name} that is not there`,
          `SELECT id AS row FROM jobs WHERE ${name} NOT IN (SELECT id FROM ${name}s)`,
        ],
        [
          `${name}s are named by no job`,
          `SELECT id AS row FROM ${name}s WHERE id NOT IN (SELECT ${name} FROM jobs)`,
        ],
      ] as const,
  ),
  ['jobs have another previous block than their templates', OTHER_TIP],
  [
    'jobs begin with an earlier batch than the job before them',
    `SELECT row FROM (SELECT id AS row, first_batch, lag(first_batch, 1, 1) OVER (ORDER BY id) AS before FROM jobs)
     WHERE first_batch < before`,
  ],
  [
    'jobs begin behind the last batch',
    'SELECT id AS row FROM jobs WHERE first_batch > 1 + (SELECT coalesce(max(id), 0) FROM batches)',
  ],
  [
    'jobs end before they begin',
    `SELECT id AS row FROM jobs WHERE last_batch_bound <> 0 AND last_batch_bound < first_batch + ${BOUND_STEP}`,
  ],
  [
    'workers are of a miner that is not there',
    'SELECT id AS row FROM workers WHERE miner NOT IN (SELECT id FROM miners)',
  ],
  [
    'workers without a share have figures of one',
    `SELECT id AS row FROM workers WHERE accepted = 0 AND (work <> '0' OR best_ever <> 0 OR best_week <> 0 OR week <> 0
       OR last_share_ms <> 0 OR (rates IS NOT NULL AND rates <> zeroblob(length(rates))))`,
  ],
  [
    'workers with shares have no best one, a better one in its week than ever, or another week than their last share',
    `SELECT id AS row FROM workers WHERE accepted > 0 AND (best_week <= 0 OR best_week > best_ever
       OR week <> (last_share_ms + ${3 * DAY_MS}) / ${7 * DAY_MS})`,
  ],
  ['batches are there though retention removed them', REMOVED_YET_THERE],
  [
    'blocks have a flag that is none',
    'SELECT height AS row FROM blocks WHERE has_witness_commitment NOT IN (0, 1)',
  ],
  [
    'counters are none',
    `SELECT name AS row FROM counters WHERE name NOT IN ('${COUNTERS.join("', '")}') OR value < 0
       OR (name = 'extranonce1' AND value >= 1 << 24)`,
  ],
];

/** For people; none in a shard that nobody has altered. Inside one transaction, beside a live writer. */
export function rowContradictions(database: Database): string[] {
  return [
    ...CONTENTS.flatMap((table) =>
      told(`${table} are not what their digests say`, alteredRows(database, table)),
    ),
    ...WRONG_ROWS.flatMap(([says, select]) => wrongRows(database, says, select)),
    ...wrongBlocks(database),
    ...wrongCounts(database),
  ];
}

function told(says: string, wrong: readonly unknown[]): string[] {
  return wrong.length === 0 ? [] : [`${wrong.length} ${says}; the first is ${wrong[0]}`];
}

function wrongRows(database: Database, says: string, select: string): string[] {
  return told(says, database.prepare<[], unknown>(select).pluck().all());
}

function wrongBlocks(database: Database): string[] {
  const wrong: number[] = [];
  const rows = database
    .prepare<[], { hash: Uint8Array; header: Uint8Array; height: number }>(
      'SELECT hash, header, height FROM blocks',
    )
    .iterate();
  for (const { hash, header, height } of rows) {
    if (header.length !== 80 || !equalBytes(sha256d(header), hash)) wrong.push(height);
  }
  return told('blocks have a header with another hash, by height', wrong);
}

/** A worker's refusals are its round's too, whose rows are never removed. */
function wrongCounts(database: Database): string[] {
  const version = database.pragma('user_version', { simple: true }) as number;
  const names = REFUSALS.filter((name) => name !== 'not_stored' || version >= NOT_STORED_SINCE);
  const found = names.flatMap((name) => {
    const sum = (table: string): bigint =>
      BigInt(
        database
          .prepare<[], string>(`SELECT CAST(coalesce(sum(${name}), 0) AS TEXT) FROM ${table}`)
          .pluck()
          .get()!,
      );
    const [workers, rounds] = [sum('workers'), sum('rounds')];
    return workers <= rounds ? [] : [`the workers count ${workers} shares as ${name}, the rounds ${rounds}`];
  });
  const negative = ['workers', 'rounds'].flatMap((table) =>
    wrongRows(
      database,
      `${table} count fewer shares than none`,
      `SELECT rowid AS row FROM ${table} WHERE min(${['accepted', ...names].join(', ')}) < 0`,
    ),
  );
  const removed =
    version >= ACCOUNTS_SINCE
      ? wrongRows(
          database,
          'rounds do not say how many shares retention removed, though it kept account',
          `SELECT round AS row FROM rounds WHERE (removed IS NULL) <> (removed_work IS NULL)
             OR (removed IS NULL AND (SELECT value FROM counters WHERE name = 'removed_batches') = 0)`,
        )
      : [];
  const excess =
    version >= EXCESS_SINCE
      ? wrongRows(
          database,
          'rounds count more excess shares than they have, or fewer than none',
          'SELECT round AS row FROM rounds WHERE excess NOT BETWEEN 0 AND accepted',
        )
      : [];
  return [...found, ...negative, ...removed, ...excess];
}

/** Versions of the schema: see `schema-steps.ts`. */
const NOT_STORED_SINCE = 3;
const ACCOUNTS_SINCE = 4;
const EXCESS_SINCE = 5;
