/**
 * What tables a shard of each version has, as SQLite writes them down: `user_version` and `sqlite_schema` are two words
 * for the same, so each is held against the other before anything is read by them. One flipped bit in either would else
 * make an older version of a shard, whose totals nobody holds to account, or one that a newer Orcapool is said to have made.
 */
import Database from 'better-sqlite3';
import { defineBatchDigest } from './batch-digest.js';
import { STEPS } from './schema-steps.js';

export interface SchemaRow {
  readonly type: string;
  readonly name: string;
  readonly tbl_name: string;
  /** Null for what SQLite makes itself beside a table. */
  readonly sql: string | null;
}

/** By version; those of 0 are none. */
let known: readonly (readonly SchemaRow[])[] | null = null;

export function schemas(): readonly (readonly SchemaRow[])[] {
  known ??= madeSchemas();
  return known;
}

function madeSchemas(): readonly (readonly SchemaRow[])[] {
  const database = new Database(':memory:');
  try {
    defineBatchDigest(database);
    return ['', ...STEPS].map((step) => {
      database.exec(step);
      return schemaOf(database);
    });
  } finally {
    database.close();
  }
}

/** As it stands in the file, in the order of its rows. */
export function schemaOf(database: Database.Database): readonly SchemaRow[] {
  return database
    .prepare<[], SchemaRow>('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY rowid')
    .all();
}

/** One text for rows in any order and with any blanks: dropping a column leaves others than never adding it. */
function textOf(rows: readonly SchemaRow[]): string {
  return rows
    .filter(({ name, sql }) => sql !== null && !isStatistics(name))
    .map(({ type, name, tbl_name, sql }) => [type, name, tbl_name, sql].join(' ').replace(/\s+/g, ' '))
    .sort()
    .join('\n');
}

/** What somebody's ANALYZE leaves, with whatever tool they looked into the file. */
function isStatistics(name: string): boolean {
  return name.startsWith('sqlite_stat');
}

/** The version whose tables these are; null for none. */
export function versionOfSchema(rows: readonly SchemaRow[]): number | null {
  const text = textOf(rows);
  const version = schemas().findLastIndex((each) => textOf(each) === text);
  return version < 0 ? null : version;
}
