/**
 * The versions of the block journal's file, and the way from an older one to the present. `user_version` and the list of
 * tables are two words for the same, so each is held against the other: one altered bit in either would else make an older
 * version, or one that a newer Orcapool is said to have made.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import Database from 'better-sqlite3';
import { CodedError } from '../lib/index.js';

export class JournalDatabaseError extends CodedError<'JOURNAL_TOO_NEW' | 'JOURNAL_ALTERED'> {}

/** Number n brings the schema from version n to n + 1. Never edited once released. */
const STEPS: readonly string[] = [
  `create table blocks (
     hash blob primary key,
     height integer not null,
     header blob not null,
     coinbase blob not null,
     template_id text not null,
     worker text not null,
     found_at_ms integer not null,
     state text not null,
     confirmations integer not null,
     reason text,
     final integer not null
   ) strict, without rowid;
   create index blocks_by_time on blocks (found_at_ms);
   create table verdicts (
     hash blob not null references blocks (hash),
     node text not null,
     answer text not null,
     at_ms integer not null,
     primary key (hash, node)
   ) strict, without rowid;`,
  'alter table blocks add column digest blob;',
];

export const NEWEST_VERSION = STEPS.length;
/** From here on each block has a digest: see `journal-digests.ts`. */
export const VERSION_WITH_DIGESTS = 2;

/** Within the caller's transaction. */
export function takeSteps(database: Database.Database, version: number): void {
  for (const step of STEPS.slice(version)) database.exec(step);
  database.pragma(`user_version = ${NEWEST_VERSION}`);
}

/** Throws `JournalDatabaseError`, also on a file without any tables, as `makeDatabase` leaves none. */
export function journalVersion(database: Database.Database, file: string): number {
  const version = database.pragma('user_version', { simple: true }) as number;
  const tables = schemas().indexOf(schemaOf(database));
  if (version === tables && version > 0) return version;
  if (version > NEWEST_VERSION && tables < 0) {
    throw new JournalDatabaseError(
      'JOURNAL_TOO_NEW',
      `${file} has schema ${version}, this version knows ${NEWEST_VERSION}: start the newer pool version`,
      { version },
    );
  }
  const says =
    tables < 0 ? 'its tables are those of no version' : `its tables are those of version ${tables}`;
  throw new JournalDatabaseError(
    'JOURNAL_ALTERED',
    `the file says that it is of version ${version}, but ${says}`,
    { version },
  );
}

/** Of SQLite's head of a file (https://www.sqlite.org/fileformat.html#file_format_version_numbers). */
const WRITE_FORMAT_AT = 18;
const WITH_WRITE_AHEAD_LOG = 2;

/**
 * Throws `JournalDatabaseError` where the head names a format that is to come: SQLite reads such a file, and would refuse the
 * first block that is put. For a file that this process does not have open, as its locks would go with the descriptor.
 */
export function expectWritable(file: string): void {
  const descriptor = openSync(file, 'r');
  const format = new Uint8Array(1);
  try {
    readSync(descriptor, format, 0, 1, WRITE_FORMAT_AT);
  } finally {
    closeSync(descriptor);
  }
  if (format[0]! <= WITH_WRITE_AHEAD_LOG) return;
  throw new JournalDatabaseError('JOURNAL_ALTERED', `the head of the file names format ${format[0]}`);
}

/** By version. */
let known: readonly string[] | null = null;

function schemas(): readonly string[] {
  known ??= madeSchemas();
  return known;
}

function madeSchemas(): string[] {
  const database = new Database(':memory:');
  try {
    return ['', ...STEPS].map((step) => {
      database.exec(step);
      return schemaOf(database);
    });
  } finally {
    database.close();
  }
}

/** One text, whatever the blanks, and without what somebody's ANALYZE leaves. */
function schemaOf(database: Database.Database): string {
  const rows = database
    .prepare<[], string[]>(
      "select type, name, tbl_name, sql from sqlite_schema where name not like 'sqlite_stat%' order by name",
    )
    .raw()
    .all();
  return rows.map((cells) => cells.join(' ').replace(/\s+/g, ' ')).join('\n');
}
