/** What a disk or a stranger does to a database file, from beside whoever has it open. */
import { execFileSync } from 'node:child_process';
import Database from 'better-sqlite3';
import { toHex } from '../../../src/lib/index.js';

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

/** The bytes of the one cell that a query selects. */
export function cell(path: string, sql: string): Uint8Array {
  const database = new Database(path, { readonly: true });
  try {
    return database.prepare<[], Uint8Array>(sql).pluck().get()!;
  } finally {
    database.close();
  }
}

const FLIP = `
  const { openSync, readFileSync, writeSync } = require('node:fs');
  const [path, hex] = process.argv.slice(1);
  const at = readFileSync(path).indexOf(Buffer.from(hex, 'hex'));
  if (at < 0) throw new Error('these bytes are not in the file');
  const flipped = Buffer.from(hex.slice(0, 2), 'hex');
  flipped[0] ^= 1;
  writeSync(openSync(path, 'r+'), flipped, 0, 1, at);
`;

/**
 * The lowest bit of the first of these bytes, where they first stand in the file. By another process: the first
 * descriptor of a file that is closed takes all locks of its process on it along.
 */
export function flipBit(path: string, bytes: Uint8Array): void {
  execFileSync(process.execPath, ['-e', FLIP, path, toHex(bytes)]);
}
