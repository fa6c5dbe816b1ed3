/**
 * The tables of a damaged shard, read row by row as far as they can be: from both ends, then one by one between them, so
 * that all is read but what lies on a damaged page.
 */
import type Database from 'better-sqlite3';
import { errorMessage, toHex } from '../lib/index.js';
import { tellsUnreadable } from './storage-fault.js';

export type Cell = number | bigint | string | Uint8Array | null;
export type Row = Readonly<Record<string, Cell>>;

export class DamagedTables {
  /** Those of which something could not be read. */
  readonly unread = new Set<string>();

  /** `tell`: for people, what could not be. */
  constructor(
    private readonly source: Database.Database,
    private readonly tell: (says: string) => void,
  ) {}

  /** `key`: the column by which the table is stored. Integers come as bigints. Throws SQLite's errors that tell of no damage. */
  *rows(table: string, key: string): Generator<Row> {
    const ends: (bigint | null)[] = [];
    // Rows are many where their keys are numbers, and few where not.
    const names = new Set<string>();
    for (const order of ['ASC', 'DESC']) {
      let last: bigint | null = null;
      try {
        const select = this.source.prepare<[], Row>(`SELECT * FROM ${table} ORDER BY ${key} ${order}`);
        for (const row of select.safeIntegers().iterate()) {
          const cell = row[key]!;
          if (typeof cell === 'bigint') {
            if (order === 'DESC' && ends[0] != null && cell <= ends[0]) return;
            last = cell;
          } else {
            const name = cell instanceof Uint8Array ? toHex(cell) : String(cell);
            if (names.has(name)) return;
            names.add(name);
          }
          yield row;
        }
        return;
      } catch (error) {
        if (!tellsUnreadable(error)) throw error;
        this.unread.add(table);
        this.tell(`rows of ${table} (${errorMessage(error)})`);
      }
      ends.push(last);
    }
    const [first = null, last = null] = ends;
    if (first !== null && last !== null) yield* this.rowsBetween(table, key, first, last);
  }

  private *rowsBetween(table: string, key: string, first: bigint, last: bigint): Generator<Row> {
    const select = this.source.prepare<[bigint], Row>(`SELECT * FROM ${table} WHERE ${key} = ?`);
    select.safeIntegers();
    for (let id = first + 1n; id < last; id++) {
      let row: Row | undefined;
      try {
        row = select.get(id);
      } catch (error) {
        if (!tellsUnreadable(error)) throw error;
        this.tell(`${table} ${id}: on a damaged page`);
      }
      if (row !== undefined) yield row;
    }
  }
}
