/**
 * A new SQLite file, with a write-ahead log, that is there whole or not at all. Made where SQLite makes it, an empty file
 * takes seven fsyncs before the first row is in, one behind the other: at two seconds each, a first start of a quarter of
 * a minute for each process. Here it is one, of a draft that nobody reads, which is renamed then; the folder is synced
 * with the write-ahead log that the first commit makes in it, before that commit is.
 */
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import Database from 'better-sqlite3';
import { syncPath } from './sync-path.js';

const ORPHAN = '-wal.orphaned';

/**
 * Blocks its thread. Does nothing where the file is there. One at a time for a path. A write-ahead log whose file is
 * gone is set aside, for what it holds was committed: see `orphanedLogs`. Throws what `make` and the disk throw.
 */
export function makeDatabase(path: string, make: (database: Database.Database) => void): void {
  if (existsSync(path)) return;
  const draft = `${path}-new`;
  // What a crash has left: nothing in it was ever acknowledged.
  for (const left of [draft, `${draft}-journal`, `${draft}-wal`, `${draft}-shm`, `${path}-shm`]) {
    rmSync(left, { force: true });
  }
  if (existsSync(`${path}-wal`)) setLogAside(path);
  const database = new Database(draft);
  try {
    database.pragma('synchronous = OFF');
    make(database);
    database.pragma('journal_mode = WAL');
  } finally {
    database.close();
  }
  syncPath(draft);
  renameSync(draft, path);
}

/**
 * Write-ahead logs that were set aside because their file was gone (deleted by mistake, or by a disk that forgot it), by
 * name; they stay until somebody removes them.
 */
export function orphanedLogs(path: string): string[] {
  return readdirSync(dirname(path)).filter((name) => name.startsWith(basename(path) + ORPHAN));
}

/** Left where it is, it would be taken for the new file's, whose rows its pages are not; not even after a power cut. */
function setLogAside(path: string): void {
  let aside = path + ORPHAN;
  for (let n = 2; existsSync(aside); n++) aside = `${path}${ORPHAN}-${n}`;
  renameSync(`${path}-wal`, aside);
  syncPath(dirname(path));
}
