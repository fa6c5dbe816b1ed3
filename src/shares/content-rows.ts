/** One table of rows told apart by their content: the same bytes get the same row, now and after a restart. */
import type { Database, Statement } from 'better-sqlite3';
import { equalBytes, sha256, toHex } from '../lib/index.js';
import { type ContentTable, isStanding } from './contents.js';
import { ShardAlteredError } from './storage-fault.js';

const MOST_IN_MEMORY = 50_000;

export class ContentRows {
  private readonly known = new Map<string, number>();
  private readonly select: Statement<[Uint8Array], { id: number }>;
  private readonly read: Statement<[number], { digest: unknown; bytes: unknown }>;
  private readonly insert: Statement<[Uint8Array, Uint8Array]>;

  constructor(
    database: Database,
    private readonly table: ContentTable,
  ) {
    this.select = database.prepare(`SELECT id FROM ${table} WHERE digest = ?`);
    this.read = database.prepare(`SELECT digest, bytes FROM ${table} WHERE id = ?`);
    this.insert = database.prepare(`INSERT INTO ${table} (digest, bytes) VALUES (?, ?)`);
  }

  /** Finds or makes the row, inside the caller's transaction. `made` is called when it is new. Throws `ShardAlteredError`. */
  rowOf(content: Uint8Array, made: () => void = () => {}): number {
    const hash = sha256(content);
    const key = toHex(hash);
    let row = this.known.get(key);
    if (row === undefined) {
      row = this.select.get(hash)?.id;
      if (row !== undefined) this.hold(row, hash);
      else {
        row = Number(this.insert.run(hash, content).lastInsertRowid);
        made();
      }
      if (this.known.size >= MOST_IN_MEMORY) this.forget();
      this.known.set(key, row);
    }
    return row;
  }

  /** An altered index leads to another row, and every share that names it could not be recomputed. */
  private hold(row: number, hash: Uint8Array): void {
    const { table } = this;
    const { digest, bytes } = this.read.get(row) ?? {};
    if (isStanding(table, row, digest, bytes) && equalBytes(digest as Uint8Array, hash)) return;
    throw new ShardAlteredError(
      'SHARD_ALTERED',
      `the index of ${table} leads to row ${row} for another's digest`,
    );
  }

  /** After a rollback, or after rows were deleted, what is remembered here may be untrue. */
  forget(): void {
    this.known.clear();
  }
}
