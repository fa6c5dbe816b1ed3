/** What a disk or a stranger does to a database file, from beside whoever has it open. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { toHex } from '../../../src/lib/index.js';
import { defineBatchDigest } from '../../../src/shares/batch-digest.js';

const PAGE_BYTES = 4096;
const INTERIOR_PAGE = 5;

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

/** As a flipped bit in a row's head does: a cell is null whatever the schema says. */
export function makeNull(path: string, table: string, column: string, where: string): void {
  const database = new Database(path);
  database.unsafeMode();
  const schema = (from: string, to: string): void => {
    database.pragma('writable_schema = ON');
    database
      .prepare('UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE name = ?')
      .run(`${column} ${from}`, `${column} ${to}`, table);
    database.pragma('writable_schema = RESET');
  };
  schema('BLOB NOT NULL', 'BLOB');
  database.exec(`UPDATE ${table} SET ${column} = NULL WHERE ${where}`);
  schema('BLOB', 'BLOB NOT NULL');
  database.close();
}

/** As who can write a shard lies: with digests of the batches as they are then. */
export function lie(path: string, sql: string): void {
  const database = new Database(path);
  defineBatchDigest(database);
  database.exec(sql);
  if ((database.pragma('user_version', { simple: true }) as number) >= 8)
    database.exec('UPDATE batches SET digest = batch_digest(id, committed_ms, records, hashes, workers)');
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
  const [path, hex, offset] = process.argv.slice(1);
  const at = readFileSync(path).indexOf(Buffer.from(hex, 'hex'));
  if (at < 0) throw new Error('these bytes are not in the file');
  const flipped = Buffer.from(hex, 'hex').subarray(Number(offset));
  flipped[0] ^= 1;
  writeSync(openSync(path, 'r+'), flipped, 0, 1, at + Number(offset));
`;

/**
 * The lowest bit of one of these bytes, where they first stand in the file. By another process: the first descriptor of a
 * file that is closed takes all locks of its process on it along.
 */
export function flipBit(path: string, bytes: Uint8Array, offset = 0): void {
  execFileSync(process.execPath, ['-e', FLIP, path, toHex(bytes), String(offset)]);
}

const TURN = `
  const { openSync, readFileSync, writeSync } = require('node:fs');
  const [path, page, where] = process.argv.slice(1);
  const at = (Number(page) - 1) * 4096;
  const root = readFileSync(path).subarray(at, at + 4096);
  if (root[0] !== 5) throw new Error('all rows are on one page');
  const cell = (index) => root.readUInt16BE(12 + 2 * index);
  writeSync(openSync(path, 'r+'), root, cell(0), 4, at + (where === 'end' ? 8 : cell(3)));
`;

/**
 * Has the root of a table lead to its first rows where the last ones are, or some in between: SQLite finds the first ones
 * twice, and those not.
 */
export function turnBack(path: string, table: string, where: 'end' | 'between'): void {
  execFileSync(process.execPath, ['-e', TURN, path, String(rootPage(path, table)), where]);
}

/** The last page of a table with two levels of pages, from 1. Of a file that nobody has open, as with `flipBitAt`. */
export function lastPage(path: string, table: string): number {
  const at = (rootPage(path, table) - 1) * PAGE_BYTES;
  const root = readFileSync(path).subarray(at, at + PAGE_BYTES);
  if (root[0] !== INTERIOR_PAGE) throw new Error('all rows are on one page');
  return root.readUInt32BE(8);
}

/** The lowest bit of the byte at `offset` of a page, from 1. */
export function flipBitAt(path: string, page: number, offset: number): void {
  const bytes = readFileSync(path);
  bytes[(page - 1) * PAGE_BYTES + offset]! ^= 1;
  writeFileSync(path, bytes);
}
