/** Write-ahead logs as SQLite writes them, and what a disk does to them. */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { judgeLog, type LogVerdict } from '../../../src/disk/write-ahead-log.js';

export const HEAD_BYTES = 32;
export const FRAME_BYTES = 24 + 4096;

/** As a shard is written, with nothing moved into the file. */
export function openLogged(path: string): Database.Database {
  const database = new Database(path);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.pragma('wal_autocheckpoint = 0');
  return database;
}

/** Rows that fill about so many pages, in one transaction. */
export function write(database: Database.Database, pages: number, byte: number): void {
  database.transaction(() => {
    database.exec('CREATE TABLE IF NOT EXISTS rows (bytes)');
    const insert = database.prepare('INSERT INTO rows VALUES (?)');
    for (let page = 0; page < pages; page++) insert.run(Buffer.alloc(3_000, byte + page));
  })();
}

export function logOf(path: string): Uint8Array {
  return new Uint8Array(readFileSync(`${path}-wal`));
}

/** Database and log in another place, the latter with these bytes. */
export function withLog(path: string, copy: string, log: Uint8Array): string {
  if (copy !== path) copyFileSync(path, copy);
  writeFileSync(`${copy}-wal`, log);
  return copy;
}

/** Where its transactions end: numbers of frames. */
export function commitsOf(log: Uint8Array): number[] {
  const view = new DataView(log.buffer, log.byteOffset);
  const frames = Math.floor((log.length - HEAD_BYTES) / FRAME_BYTES);
  return Array.from({ length: frames }, (_, frame) => frame + 1).filter(
    (frame) => view.getUint32(HEAD_BYTES + (frame - 1) * FRAME_BYTES + 4) !== 0,
  );
}

export function judge(log: Uint8Array): LogVerdict {
  return judgeLog({ size: log.length, read: (at, length) => log.subarray(at, at + length) });
}

export function altered(log: Uint8Array, at: number, by = 1): Uint8Array {
  const bytes = log.slice();
  bytes[at]! ^= by;
  return bytes;
}
