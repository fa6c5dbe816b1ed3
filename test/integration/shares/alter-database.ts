/** What a disk or a stranger does to a database file, from beside whoever has it open. */
import Database from 'better-sqlite3';

/** The first page of a table or an index, from 1. */
export function rootPage(path: string, of: string): number {
  const database = new Database(path, { readonly: true });
  try {
    return database
      .prepare<[string], number>('SELECT rootpage FROM sqlite_schema WHERE name = ?')
      .pluck()
      .get(of)!;
  } finally {
    database.close();
  }
}

/** As somebody does with SQLite's own shell. */
export function execute(path: string, sql: string): void {
  const database = new Database(path);
  database.exec(sql);
  database.close();
}
