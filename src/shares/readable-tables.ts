/**
 * A damaged shard whose tables can be read: as it is, or, where SQLite or we take its schema or version for altered, in a
 * copy that is given the schema of the version it comes nearest to. Where the tables begin is left as it stands.
 */
import { copyFileSync, existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { CodedError, errorMessage } from '../lib/index.js';
import { ShardVersionError, shardVersion } from './migrations.js';
import { type SchemaRow, schemas } from './shard-schema.js';
import { tellsDamage, tellsUnreadable } from './storage-fault.js';

export class ReadableTablesError extends CodedError<'SCHEMA_LOST'> {}

class NoShardError extends CodedError<'NO_SHARD'> {}

export interface ReadableTables {
  readonly database: Database.Database;
  /** What was altered, for people; null where the file itself is read. */
  readonly altered: string | null;
}

type FileRow = SchemaRow & { readonly rowid: number };

/** `copy`: where there may be one; the caller removes it. Throws `ReadableTablesError`, `ShardVersionError` and what SQLite throws. */
export function readableTables(from: string, copy: string): ReadableTables {
  const source = new Database(from, { readonly: true, fileMustExist: true });
  try {
    shardVersion(source, from);
    return { database: source, altered: null };
  } catch (error) {
    source.close();
    if (error instanceof ShardVersionError || !tellsDamage(error)) throw error;
    return { database: withMendedSchema(from, copy), altered: errorMessage(error) };
  }
}

function withMendedSchema(from: string, copy: string): Database.Database {
  copyFileSync(from, copy);
  if (existsSync(`${from}-wal`)) copyFileSync(`${from}-wal`, `${copy}-wal`);
  const mending = new Database(copy);
  try {
    mendSchema(mending);
    mending.close();
    const mended = new Database(copy, { readonly: true });
    try {
      shardVersion(mended, from);
      return mended;
    } catch (error) {
      mended.close();
      throw error;
    }
  } catch (error) {
    if (!tellsUnreadable(error) && !(error instanceof NoShardError)) throw error;
    throw new ReadableTablesError(
      'SCHEMA_LOST',
      `nothing of ${from} can be found, since its list of tables cannot be read (${errorMessage(error)}): ` +
        'keep it, and take the shard from the newest backup, or go on without (docs/operations.md, A damaged shard)',
      {},
      error,
    );
  } finally {
    mending.close();
  }
}

function mendSchema(database: Database.Database): void {
  // Or SQLite would keep us from writing the schema, and from reading one that is malformed.
  database.unsafeMode();
  database.pragma('writable_schema = ON');
  const there = database
    .prepare<[], FileRow>('SELECT rowid, type, name, tbl_name, sql FROM sqlite_schema ORDER BY rowid')
    .all();
  const said = database.pragma('user_version', { simple: true }) as number;
  const each = schemas().map((wanted, version) => ({ version, pairs: pairs(there, wanted) }));
  const cost = ({ version, pairs }: (typeof each)[number]): number =>
    pairs.filter(([row, wanted]) => !isSame(row, wanted)).length * 2 + (version === said ? 0 : 1);
  const nearest = each
    .filter(({ version, pairs }) => version > 0 && pairs.length === there.length)
    .sort((a, b) => cost(a) - cost(b))[0];
  if (nearest === undefined) {
    throw new NoShardError('NO_SHARD', `it has ${there.length} entries, as no version of a shard`);
  }
  const update = database.prepare(
    'UPDATE sqlite_schema SET type = ?, name = ?, tbl_name = ?, sql = ? WHERE rowid = ?',
  );
  for (const [{ rowid }, { type, name, tbl_name, sql }] of nearest.pairs) {
    update.run(type, name, tbl_name, sql, rowid);
  }
  database.pragma(`user_version = ${nearest.version}`);
}

function isSame(row: SchemaRow, wanted: SchemaRow): boolean {
  return (
    row.type === wanted.type &&
    row.name === wanted.name &&
    row.tbl_name === wanted.tbl_name &&
    row.sql === wanted.sql
  );
}

/** By their names, and those of other names in their order; fewer than there are where the numbers differ. */
function pairs(there: readonly FileRow[], wanted: readonly SchemaRow[]): [FileRow, SchemaRow][] {
  if (there.length !== wanted.length) return [];
  const named = there.flatMap((row): [FileRow, SchemaRow][] => {
    const same = wanted.find(({ name }) => name === row.name);
    return same === undefined ? [] : [[row, same]];
  });
  const left = wanted.filter((row) => !named.some(([, same]) => same === row));
  const others = there.filter((row) => !named.some(([known]) => known === row));
  return [...named, ...others.map((row, i): [FileRow, SchemaRow] => [row, left[i]!])];
}
