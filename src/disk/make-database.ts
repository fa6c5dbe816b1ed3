/**
 * A new SQLite file, with a write-ahead log, that is there whole or not at all. Made where SQLite makes it, an empty file
 * takes seven fsyncs before the first row is in, one behind the other: at two seconds each, a first start of a quarter of
 * a minute for each process. Here it is one, of a draft that nobody reads, which is renamed then; the folder is synced
 * with the write-ahead log that the first commit makes in it, before that commit is.
 */
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';

/** Blocks its thread. Does nothing where the file is there. One at a time for a path. Throws what `make` and the disk throw. */
export function makeDatabase(path: string, make: (database: Database.Database) => void): void {
  if (existsSync(path)) return;
  const draft = `${path}-new`;
  // What a crash has left; a log without its file would be taken for the new one's.
  for (const left of [
    draft,
    `${draft}-journal`,
    `${draft}-wal`,
    `${draft}-shm`,
    `${path}-wal`,
    `${path}-shm`,
  ]) {
    rmSync(left, { force: true });
  }
  const database = new Database(draft);
  try {
    database.pragma('synchronous = OFF');
    make(database);
    database.pragma('journal_mode = WAL');
  } finally {
    database.close();
  }
  const file = openSync(draft, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
}
