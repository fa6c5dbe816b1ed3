/**
 * Whether a block in the journal, and what nodes said of it, is what was written: a digest in its row goes over all other
 * cells of both. A block whose coinbase or header has one other bit would be brought to no chain, and one that is said to be
 * final would not be tried.
 */
import type Database from 'better-sqlite3';
import { type Cell, cellDigest } from '../disk/index.js';
import { equalBytes, toDisplayHex } from '../lib/index.js';
import { JournalDatabaseError } from './journal-schema.js';

type BlockCells = Readonly<Record<string, Cell>> & {
  readonly hash: Uint8Array;
  readonly digest: Uint8Array | null;
};

export class JournalDigests {
  private readonly blockOf: Database.Statement<[Uint8Array], BlockCells>;
  private readonly verdictsOf: Database.Statement<[Uint8Array], Cell[]>;
  private readonly setDigest: Database.Statement<[Uint8Array, Uint8Array]>;

  /** Of a database whose tables have the column. */
  constructor(private readonly database: Database.Database) {
    this.blockOf = database.prepare('select * from blocks where hash = ?');
    this.verdictsOf = database
      .prepare<[Uint8Array], Cell[]>('select * from verdicts where hash = ? order by node')
      .raw();
    this.setDigest = database.prepare('update blocks set digest = ? where hash = ?');
  }

  /** Throws `JournalDatabaseError` where a block is not what was written; not for one that is not there. */
  expect(hash: Uint8Array): void {
    const block = this.blockOf.get(hash);
    if (block === undefined) return;
    if (block.digest !== null && equalBytes(block.digest, this.digestOf(block))) return;
    throw altered(`the row of block ${toDisplayHex(hash)} is not what was written`);
  }

  /** Of a block that was just written, with what nodes said of it. */
  set(hash: Uint8Array): void {
    this.setDigest.run(this.digestOf(this.blockOf.get(hash)!), hash);
  }

  /** As `expect`, of every block; and what nodes said of none is nothing that was written. */
  expectAll(): void {
    for (const hash of this.hashes()) this.expect(hash);
    const strays = 'select count(*) from verdicts where hash not in (select hash from blocks)';
    if (this.database.prepare(strays).pluck().get() !== 0)
      throw altered('there are answers to a block that is none');
  }

  setAll(): void {
    for (const hash of this.hashes()) this.set(hash);
  }

  private hashes(): Uint8Array[] {
    return this.database.prepare<[], Uint8Array>('select hash from blocks').pluck().all();
  }

  private digestOf({ digest: _, ...cells }: BlockCells): Uint8Array {
    return cellDigest([...Object.values(cells), ...this.verdictsOf.all(cells.hash).flat()]);
  }
}

function altered(says: string): JournalDatabaseError {
  return new JournalDatabaseError('JOURNAL_ALTERED', says);
}
