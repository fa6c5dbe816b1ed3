/** The hashes in a shard's file, in hex, in the order of the log, read with nothing but SQLite. */
import Database from 'better-sqlite3';
import { toHex } from '../../../src/lib/index.js';

export function loggedHashes(path: string): string[] {
  const database = new Database(path, { readonly: true });
  try {
    const rows = database.prepare<[], { hashes: Uint8Array }>('SELECT hashes FROM batches ORDER BY id').all();
    return rows.flatMap(({ hashes }) =>
      Array.from({ length: hashes.length / 32 }, (_, i) => toHex(hashes.subarray(32 * i, 32 * (i + 1)))),
    );
  } finally {
    database.close();
  }
}

/** What SQLite itself thinks of the file: `ok`. */
export function integrityOf(path: string): unknown {
  const database = new Database(path);
  try {
    return database.pragma('integrity_check', { simple: true });
  } finally {
    database.close();
  }
}
