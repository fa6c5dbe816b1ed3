/**
 * Shards that SQLite can read. It reads a database with a write-ahead log only with a -shm file beside it, which a full
 * disk has no room for and one that is mounted read-only cannot be given; a node that runs has it. Where it is missing
 * nobody writes, so the files are copied to where there is room for both, for as long as they are read.
 */
import { copyFileSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { CodedError, errorCode, errorMessage } from '../lib/index.js';
import { tellsNoRoomBeside } from './storage-fault.js';

export class ReadableShardsError extends CodedError<'SHARDS_CHANGED' | 'NO_ROOM_FOR_COPY'> {}

const SHARD_FILE = /\.sqlite(?:-wal)?$/;

/**
 * What `read` makes of the folder, or of a copy below the system's folder for temporary files, which is removed behind
 * it. `onCopy`: called with the copy's place. Throws `ReadableShardsError`, and what `read` throws.
 */
export async function withReadableShards<Result>(
  folder: string,
  onCopy: (place: string) => void,
  read: (folder: string) => Result | Promise<Result>,
): Promise<Result> {
  if (canBeRead(folder)) return await read(folder);
  const place = mkdtempSync(join(tmpdir(), 'orcapool-shares-'));
  try {
    copyShards(folder, place);
    onCopy(place);
    return await read(place);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** False only where SQLite has no -shm file: what else is wrong with a shard is its reader's to tell. */
function canBeRead(folder: string): boolean {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sqlite'))
    .every((name) => {
      let database: Database.Database | null = null;
      try {
        database = new Database(join(folder, name), { readonly: true, fileMustExist: true });
        database.prepare('SELECT count(*) FROM sqlite_schema').get();
        return true;
      } catch (error) {
        return !tellsNoRoomBeside(errorCode(error));
      } finally {
        database?.close();
      }
    });
}

function copyShards(folder: string, place: string): void {
  const names = readdirSync(folder);
  const before = standOf(folder, names);
  try {
    for (const name of names) {
      if (SHARD_FILE.test(name)) copyFileSync(join(folder, name), join(place, name));
      // Only their names say something, of a shard that is gone: see `missing-shards.ts`.
      else if (!name.endsWith('-shm')) writeFileSync(join(place, name), '');
    }
  } catch (error) {
    throw new ReadableShardsError(
      'NO_ROOM_FOR_COPY',
      `the shards cannot be read where they are, and not be copied to ${place} (${errorMessage(error)}): set TMPDIR to a folder with as much room as they take`,
      {},
      error,
    );
  }
  if (standOf(folder, readdirSync(folder)) === before) return;
  throw new ReadableShardsError('SHARDS_CHANGED', `${folder} was written while it was copied: try again`);
}

/** What differs once one was written. */
function standOf(folder: string, names: readonly string[]): string {
  return names
    .map((name) => {
      const stat = statSync(join(folder, name), { bigint: true, throwIfNoEntry: false });
      return `${name} ${stat?.ino} ${stat?.size} ${stat?.mtimeNs}`;
    })
    .join('\n');
}
