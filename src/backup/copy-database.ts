/**
 * A consistent copy of a database that somebody else may be writing. The read transaction stays open from the first
 * page to the last: without it SQLite begins again at every commit, and a busy shard would never be done. The
 * writer's write-ahead log grows meanwhile.
 *
 * SQLite reads such a database only with a -shm file beside it, which a writer has and a full or read-only disk cannot be
 * given. Where it is missing nobody writes, and the files themselves are copied.
 */
import { chmodSync, statSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import Database from 'better-sqlite3';
import { errorCode } from '../lib/index.js';
import { tellsNoRoomBeside } from '../shares/index.js';
import { BackupError } from './backup-error.js';

const PAGES_AT_ONCE = 2_000;

type OnPages = (done: number, total: number) => void;

/** `onProgress`: pages copied, and in all. Throws SQLite's and the system's errors, and `BackupError`. */
export async function copyDatabase(source: string, target: string, onProgress: OnPages): Promise<void> {
  const database = openedBeside(source);
  if (database === null) await copyFiles(source, target);
  else await copyPages(database, target, onProgress);
  // The copy carries the mark of a write-ahead log; in an archive a single file is wanted.
  const copy = new Database(target);
  try {
    copy.pragma('journal_mode = DELETE');
  } finally {
    copy.close();
  }
}

/** In a read transaction; null where SQLite cannot have its -shm file. */
function openedBeside(source: string): Database.Database | null {
  let database: Database.Database | null = null;
  try {
    database = new Database(source, { readonly: true, fileMustExist: true, timeout: 10_000 });
    database.exec('BEGIN');
    database.prepare('SELECT count(*) FROM sqlite_schema').get();
    return database;
  } catch (error) {
    database?.close();
    if (tellsNoRoomBeside(errorCode(error))) return null;
    throw error;
  }
}

async function copyPages(database: Database.Database, target: string, onProgress: OnPages): Promise<void> {
  try {
    await database.backup(target, {
      progress: ({ totalPages, remainingPages }) => {
        onProgress(totalPages - remainingPages, totalPages);
        return PAGES_AT_ONCE;
      },
    });
  } finally {
    database.close();
  }
}

/** The database with its write-ahead log, which SQLite takes up in the copy. */
async function copyFiles(source: string, target: string): Promise<void> {
  const before = standOf(source);
  await copyFile(source, target);
  chmodSync(target, 0o600);
  if (before[1] !== null) {
    await copyFile(`${source}-wal`, `${target}-wal`);
    chmodSync(`${target}-wal`, 0o600);
  }
  if (standOf(source).join() === before.join()) return;
  throw new BackupError('BACKUP_CHANGED', `${source} was written while it was copied: try again`);
}

/** Of a database and its write-ahead log, what differs once one was written; null for one that is not there. */
function standOf(source: string): readonly (string | null)[] {
  return [source, `${source}-wal`].map((path) => {
    const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
    return stat === undefined ? null : `${stat.ino} ${stat.size} ${stat.mtimeNs}`;
  });
}

/** What SQLite finds wrong with a database; null when nothing. */
export function damageOf(path: string): string | null {
  const database = new Database(path, { readonly: true, fileMustExist: true });
  try {
    const findings = database.pragma('integrity_check', { simple: true });
    return findings === 'ok' ? null : String(findings);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    database.close();
  }
}
