/** A shard's version, and the way from an older one to the present: see `schema-steps.ts`. */
import type { Database } from 'better-sqlite3';
import { CodedError } from '../lib/index.js';
import { defineBatchDigest } from './batch-digest.js';
import { STEPS } from './schema-steps.js';
import { schemaOf, versionOfSchema } from './shard-schema.js';
import { ShardAlteredError } from './storage-fault.js';

export class ShardVersionError extends CodedError<'SHARD_TOO_NEW'> {}

/** Throws `ShardVersionError` on a file that a newer Orcapool wrote, `ShardAlteredError` where tables and version do not belong together. */
export function shardVersion(database: Database, path: string): number {
  const read = (): readonly [number, number | null] => [
    database.pragma('user_version', { simple: true }) as number,
    versionOfSchema(schemaOf(database)),
  ];
  // One moment's: its writer may be taking the steps.
  const [version, tables] = database.inTransaction ? read() : database.transaction(read)();
  if (version === tables) return version;
  if (version > STEPS.length && tables === null) {
    throw new ShardVersionError(
      'SHARD_TOO_NEW',
      `${path} was written by a newer version of Orcapool: update, or give this node another datadir`,
      { version },
    );
  }
  const says =
    tables === null ? 'its tables are those of no version' : `its tables are those of version ${tables}`;
  throw new ShardAlteredError('SHARD_ALTERED', `the file says that it is of version ${version}, but ${says}`);
}

/** All steps in one transaction: a slow disk is waited for once. */
export function migrate(database: Database, path: string): void {
  const version = shardVersion(database, path);
  if (version === STEPS.length) return;
  defineBatchDigest(database);
  database.transaction(() => {
    for (const step of STEPS.slice(version)) database.exec(step);
    database.pragma(`user_version = ${STEPS.length}`);
  })();
}
