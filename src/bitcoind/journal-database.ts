/**
 * The file of the block journal: SQLite, WAL, `synchronous=FULL`, so what `put` returned from is on disk. Synchronous,
 * and so of the journal's thread alone. A block's bytes are not copied here; header and coinbase are, and its
 * template's transactions stay in the `TemplateStore` until the block's fate is final.
 */
import Database from 'better-sqlite3';
import { logDamage, makeDatabase } from '../disk/index.js';
import { JournalDigests } from './journal-digests.js';
import {
  expectWritable,
  JournalDatabaseError,
  journalVersion,
  NEWEST_VERSION,
  takeSteps,
  VERSION_WITH_DIGESTS,
} from './journal-schema.js';
import type { BlockState, TrackedBlock } from './tracked-block.js';

interface Row {
  hash: Buffer;
  height: number;
  header: Buffer;
  coinbase: Buffer;
  template_id: string;
  worker: string;
  found_at_ms: number;
  state: BlockState;
  confirmations: number;
  reason: string | null;
  final: number;
}

export class JournalDatabase {
  private readonly database: Database.Database;
  private readonly putBlock: Database.Statement;
  private readonly putVerdict: Database.Statement;
  private readonly getVerdicts: Database.Statement<[Uint8Array], { node: string; answer: string }>;
  private readonly digests: JournalDigests;

  /**
   * Opens or creates the file, and brings its schema up to date once it is known to be what was written. Throws
   * `JournalDatabaseError` and SQLite's errors.
   */
  constructor(file: string) {
    makeDatabase(file, (database) => migrate(database, 0));
    const version = expectWhole(file);
    this.database = new Database(file);
    try {
      this.database.pragma('journal_mode = WAL');
      this.database.pragma('synchronous = FULL');
      migrate(this.database, version);
      this.digests = new JournalDigests(this.database);
      this.putBlock = this.database.prepare(
        `insert into blocks values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, null)
         on conflict (hash) do update set state = excluded.state, confirmations = excluded.confirmations,
           reason = excluded.reason, final = excluded.final`,
      );
      this.putVerdict = this.database.prepare(
        `insert into verdicts values (?, ?, ?, ?)
         on conflict (hash, node) do update set answer = excluded.answer, at_ms = excluded.at_ms
           where answer <> excluded.answer`,
      );
      this.getVerdicts = this.database.prepare('select node, answer from verdicts where hash = ?');
    } catch (error) {
      this.database.close();
      throw error;
    }
  }

  /** SQLite's own word for how a commit reaches the disk: 2 is FULL. */
  get synchronous(): number {
    return this.database.pragma('synchronous', { simple: true }) as number;
  }

  close(): void {
    this.database.close();
  }

  /**
   * Returns once these blocks, and what is known of each, are on disk: all of them or, on a throw, none. Of a block that
   * is there, what was found stays as it was written first, and one that was altered since is not written to: throws
   * `JournalDatabaseError`. `nowMs`: when a node's new word was heard.
   */
  put(blocks: readonly TrackedBlock[], nowMs: number): void {
    this.database
      .transaction(() => {
        for (const block of blocks) this.putOne(block, nowMs);
      })
      .immediate();
  }

  private putOne(block: TrackedBlock, nowMs: number): void {
    const { hash, height, header, coinbase, templateId, worker, foundAtMs } = block;
    const { state, confirmations, reason, final } = block;
    this.digests.expect(hash);
    this.putBlock.run(
      ...[hash, height, header, coinbase, templateId, worker, foundAtMs],
      ...[state, confirmations, reason, final ? 1 : 0],
    );
    for (const [node, answer] of block.verdicts) this.putVerdict.run(hash, node, answer, nowMs);
    this.digests.set(hash);
  }

  /** Blocks whose fate is still open, oldest first. */
  open(): TrackedBlock[] {
    const rows = this.database.prepare('select * from blocks where final = 0 order by found_at_ms').all();
    return (rows as Row[]).map((row) => this.fromRow(row));
  }

  /** The newest first. */
  recent(limit: number): TrackedBlock[] {
    const rows = this.database.prepare('select * from blocks order by found_at_ms desc limit ?').all(limit);
    return (rows as Row[]).map((row) => this.fromRow(row));
  }

  /** Of every block there is. */
  hashes(): Uint8Array[] {
    const rows = this.database.prepare<[], { hash: Buffer }>('select hash from blocks').all();
    return rows.map(({ hash }) => new Uint8Array(hash));
  }

  private fromRow(row: Row): TrackedBlock {
    const verdicts = this.getVerdicts.all(row.hash).map(({ node, answer }) => [node, answer] as const);
    return {
      hash: new Uint8Array(row.hash),
      height: row.height,
      header: new Uint8Array(row.header),
      coinbase: new Uint8Array(row.coinbase),
      templateId: row.template_id,
      worker: row.worker,
      foundAtMs: row.found_at_ms,
      state: row.state,
      confirmations: row.confirmations,
      reason: row.reason,
      final: row.final === 1,
      verdicts: new Map(verdicts),
    };
  }
}

/**
 * Throws `JournalDatabaseError` or SQLite's errors where the file is not what was written; returns its version. By a
 * connection that writes nothing: what is damaged stays as it is, with its write-ahead log.
 */
function expectWhole(file: string): number {
  expectWritable(file);
  const altered = logDamage(file);
  if (altered !== null) throw new JournalDatabaseError('JOURNAL_ALTERED', altered);
  const database = new Database(file, { readonly: true });
  try {
    const version = journalVersion(database, file);
    const finding = database.pragma('integrity_check(1)', { simple: true });
    if (finding !== 'ok') throw new JournalDatabaseError('JOURNAL_ALTERED', String(finding));
    if (version >= VERSION_WITH_DIGESTS) new JournalDigests(database).expectAll();
    return version;
  } finally {
    database.close();
  }
}

/** One transaction: a slow disk is waited for once. */
function migrate(database: Database.Database, version: number): void {
  if (version === NEWEST_VERSION) return;
  database.transaction(() => {
    takeSteps(database, version);
    new JournalDigests(database).setAll();
  })();
}
