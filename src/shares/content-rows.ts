/** One table of rows told apart by their content: the same bytes get the same row, now and after a restart. */
import type { Database, Statement } from 'better-sqlite3';
import { sha256, toHex } from '../lib/index.js';
import type { ContentTable } from './contents.js';

const MOST_IN_MEMORY = 50_000;

export class ContentRows {
  private readonly known = new Map<string, number>();
  private readonly select: Statement<[Uint8Array], { id: number }>;
  private readonly insert: Statement<[Uint8Array, Uint8Array]>;

  constructor(database: Database, table: ContentTable) {
    this.select = database.prepare(`SELECT id FROM ${table} WHERE digest = ?`);
    this.insert = database.prepare(`INSERT INTO ${table} (digest, bytes) VALUES (?, ?)`);
  }

  /** Finds or makes the row, inside the caller's transaction. `made` is called when it is new. */
  rowOf(content: Uint8Array, made: () => void = () => {}): number {
    const hash = sha256(content);
    const key = toHex(hash);
    let row = this.known.get(key);
    if (row === undefined) {
      row = this.select.get(hash)?.id;
      if (row === undefined) {
        row = Number(this.insert.run(hash, content).lastInsertRowid);
        made();
      }
      if (this.known.size >= MOST_IN_MEMORY) this.forget();
      this.known.set(key, row);
    }
    return row;
  }

  /** After a rollback, or after rows were deleted, what is remembered here may be untrue. */
  forget(): void {
    this.known.clear();
  }
}
