/**
 * The file of the block journal: SQLite, WAL, `synchronous=FULL`, so what `put` returned from is on disk. Synchronous,
 * and so of the journal's thread alone. A block's bytes are not copied here; header and coinbase are, and its
 * template's transactions stay in the `TemplateStore` until the block's fate is final.
 */
import Database from 'better-sqlite3';
import { CodedError } from '../lib/index.js';
import type { BlockState, TrackedBlock } from './tracked-block.js';

export class JournalDatabaseError extends CodedError<'JOURNAL_TOO_NEW'> {}

/** Number n brings the schema from version n to n + 1. Never edited once released. */
const MIGRATIONS: readonly string[] = [
  `create table blocks (
     hash blob primary key,
     height integer not null,
     header blob not null,
     coinbase blob not null,
     template_id text not null,
     worker text not null,
     found_at_ms integer not null,
     state text not null,
     confirmations integer not null,
     reason text,
     final integer not null
   ) strict, without rowid;
   create index blocks_by_time on blocks (found_at_ms);
   create table verdicts (
     hash blob not null references blocks (hash),
     node text not null,
     answer text not null,
     at_ms integer not null,
     primary key (hash, node)
   ) strict, without rowid;`,
];

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

  /** Opens or creates the file and brings its schema up to date. Throws `JournalDatabaseError` and SQLite's errors. */
  constructor(file: string) {
    this.database = new Database(file);
    try {
      this.database.pragma('journal_mode = WAL');
      this.database.pragma('synchronous = FULL');
      this.migrate(file);
      this.putBlock = this.database.prepare(
        `insert into blocks values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
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
   * is there, what was found stays as it was written first. `nowMs`: when a node's new word was heard.
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
    this.putBlock.run(
      ...[hash, height, header, coinbase, templateId, worker, foundAtMs],
      ...[state, confirmations, reason, final ? 1 : 0],
    );
    for (const [node, answer] of block.verdicts) this.putVerdict.run(hash, node, answer, nowMs);
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

  private migrate(file: string): void {
    const version = this.database.pragma('user_version', { simple: true }) as number;
    if (version > MIGRATIONS.length) {
      throw new JournalDatabaseError(
        'JOURNAL_TOO_NEW',
        `${file} has schema ${version}, this version knows ${MIGRATIONS.length}: start the newer pool version`,
        { version },
      );
    }
    if (version === MIGRATIONS.length) return;
    this.database.transaction(() => {
      for (let next = version; next < MIGRATIONS.length; next++) {
        this.database.exec(MIGRATIONS[next]!);
        this.database.pragma(`user_version = ${next + 1}`);
      }
    })();
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
