/**
 * Shards that SQLite can read. It reads a database with a write-ahead log only with a -shm file beside it, which a full
 * disk has no room for and one that is mounted read-only cannot be given; a node that runs has it. Where it is missing
 * nobody writes, so the files are copied to where there is room for both, for as long as they are read. A copy is as large
 * as the log: whoever ends this process has it removed, and what a killed one has left goes at the next copy. Each is locked by
 * the process that reads it, so that nobody's is taken for left.
 */
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { CodedError, errorCode, errorMessage } from '../lib/index.js';
import { ExclusiveFile } from './exclusive-file.js';
import { tellsNoRoomBeside } from './storage-fault.js';

export class ReadableShardsError extends CodedError<'SHARDS_CHANGED' | 'NO_ROOM_FOR_COPY'> {}

const SHARD_FILE = /\.sqlite(?:-wal)?$/;
const REMOVAL_TRIES = 100;
const COPY = /^orcapool-verify-[A-Za-z0-9]{6}$/;
const LOCK = 'reader.lock';
/** Between making a copy's folder and locking it a moment passes. */
const YOUNG_MS = 60_000;

/** Where the copy is, as soon as it is begun, and what removes it. */
export interface ShardsCopy {
  readonly place: string;
  remove(): void;
}

/**
 * What `read` makes of the folder, or of a copy below the system's folder for temporary files, which is removed behind
 * it. `onCopy`: called before there is one; the process may be ended from then on. Throws `ReadableShardsError`, and what
 * `read` throws.
 */
export async function withReadableShards<Result>(
  folder: string,
  onCopy: (copy: ShardsCopy) => void,
  read: (folder: string) => Result | Promise<Result>,
): Promise<Result> {
  if (canBeRead(folder)) return await read(folder);
  removeLeft();
  const place = mkdtempSync(join(tmpdir(), 'orcapool-verify-'));
  let lock: ExclusiveFile | null = null;
  const remove = (): void => {
    removeAll(place);
    lock?.release();
    lock = null;
  };
  try {
    lock = lockOf(place);
    onCopy({ place, remove });
    await copyShards(folder, place);
    return await read(place);
  } finally {
    remove();
  }
}

/** A file that is just being copied may come into it while it goes, which Node's own retries do not look for. */
function removeAll(place: string): void {
  for (let tries = 1; ; tries++) {
    try {
      rmSync(place, { recursive: true, force: true });
      return;
    } catch (error) {
      if (tries === REMOVAL_TRIES || errorCode(error) !== 'ENOTEMPTY') throw error;
    }
  }
}

/** Null where another has it. */
function lockOf(place: string): ExclusiveFile | null {
  try {
    return ExclusiveFile.take(join(place, LOCK), 0);
  } catch (error) {
    throw noRoom(place, error);
  }
}

function noRoom(place: string, error: unknown): ReadableShardsError {
  return new ReadableShardsError(
    'NO_ROOM_FOR_COPY',
    `the shards cannot be read where they are, and not be copied to ${place} (${errorMessage(error)}): set TMPDIR to a folder with as much room as they take`,
    {},
    error,
  );
}

/** Copies whose readers were killed. */
function removeLeft(): void {
  const temporary = tmpdir();
  for (const name of readdirSync(temporary).filter((each) => COPY.test(each))) {
    const place = join(temporary, name);
    const stat = statSync(place, { throwIfNoEntry: false });
    if (stat === undefined || stat.uid !== process.getuid?.() || Date.now() - stat.mtimeMs < YOUNG_MS)
      continue;
    const lock = lockOf(place);
    if (lock === null) continue;
    rmSync(place, { recursive: true, force: true });
    lock.release();
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

async function copyShards(folder: string, place: string): Promise<void> {
  const names = readdirSync(folder);
  const before = standOf(folder, names);
  try {
    for (const name of names) {
      if (SHARD_FILE.test(name)) await copyFile(join(folder, name), join(place, name));
      // Only their names say something, of a shard that is gone: see `missing-shards.ts`.
      else if (!name.endsWith('-shm')) writeFileSync(join(place, name), '');
    }
  } catch (error) {
    throw noRoom(place, error);
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
