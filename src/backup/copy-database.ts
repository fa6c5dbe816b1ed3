/**
 * A consistent copy of a database that somebody else is writing. The read transaction stays open from the first
 * page to the last: without it SQLite begins again at every commit, and a busy shard would never be done. The
 * writer's write-ahead log grows meanwhile.
 */
import Database from 'better-sqlite3';

const PAGES_AT_ONCE = 2_000;

/** `onProgress`: pages copied, and in all. Throws SQLite's errors. */
export async function copyDatabase(
  source: string,
  target: string,
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  const database = new Database(source, { readonly: true, fileMustExist: true, timeout: 10_000 });
  try {
    database.exec('BEGIN');
    database.prepare('SELECT count(*) FROM sqlite_schema').get();
    await database.backup(target, {
      progress: ({ totalPages, remainingPages }) => {
        onProgress(totalPages - remainingPages, totalPages);
        return PAGES_AT_ONCE;
      },
    });
  } finally {
    database.close();
  }
  // The copy carries the mark of a write-ahead log; in an archive a single file is wanted.
  const copy = new Database(target);
  try {
    copy.pragma('journal_mode = DELETE');
  } finally {
    copy.close();
  }
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
