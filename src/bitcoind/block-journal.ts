/**
 * The durable record of found blocks: SQLite, WAL, `synchronous=FULL`, so a row that was returned from is on disk.
 * A block's bytes are not copied here; header and coinbase are, and its template's transactions stay in the
 * `TemplateStore` until the block's fate is final.
 */
import Database from 'better-sqlite3';
import { CodedError } from '../lib/index.js';

export class BlockJournalError extends CodedError<'JOURNAL_TOO_NEW'> {}

export type BlockState =
  /** On disk, no node has answered. */
  | 'found'
  /** Some node has the block or has answered, none has accepted it. */
  | 'submitted'
  /** A node validated it. */
  | 'accepted'
  /** On the best chain. */
  | 'in-chain'
  /** On the best chain, as deep as was asked for. Final. */
  | 'confirmed'
  /** Valid, and beside the best chain; final once the chain is as deep beyond it as was asked for. */
  | 'orphaned'
  /** A node says that it breaks a rule; final once all do, or the chain is deep beyond it. */
  | 'rejected';

export interface FoundBlock {
  /** Internal order. */
  readonly hash: Uint8Array;
  readonly height: number;
  /** 80 bytes. */
  readonly header: Uint8Array;
  /** Without witness. */
  readonly coinbase: Uint8Array;
  readonly templateId: string;
  readonly worker: string;
  readonly foundAtMs: number;
}

export interface BlockFate {
  readonly state: BlockState;
  readonly confirmations: number;
  /** Why it is not in the chain; null when nothing is wrong. */
  readonly reason: string | null;
  readonly final: boolean;
}

export type JournalledBlock = FoundBlock & BlockFate;

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

export class BlockJournal {
  private readonly database: Database.Database;

  /** Opens or creates the file and brings its schema up to date. */
  constructor(file: string) {
    this.database = new Database(file);
    this.database.pragma('journal_mode = WAL');
    this.database.pragma('synchronous = FULL');
    this.migrate(file);
  }

  /** SQLite's own word for how a commit reaches the disk: 2 is FULL. */
  get synchronous(): number {
    return this.database.pragma('synchronous', { simple: true }) as number;
  }

  close(): void {
    this.database.close();
  }

  /** Returns once the block is on disk; false if it already was. */
  add(block: FoundBlock): boolean {
    const added = this.database
      .prepare(
        `insert into blocks values (?, ?, ?, ?, ?, ?, ?, 'found', 0, null, 0) on conflict (hash) do nothing`,
      )
      .run(
        block.hash,
        block.height,
        block.header,
        block.coinbase,
        block.templateId,
        block.worker,
        block.foundAtMs,
      );
    return added.changes === 1;
  }

  setFate(hash: Uint8Array, fate: BlockFate): void {
    this.database
      .prepare('update blocks set state = ?, confirmations = ?, reason = ?, final = ? where hash = ?')
      .run(fate.state, fate.confirmations, fate.reason, fate.final ? 1 : 0, hash);
  }

  /** The node's last word on the block: bitcoind's own, or "accepted" for null. */
  setVerdict(hash: Uint8Array, node: string, answer: string, atMs: number): void {
    this.database
      .prepare(
        `insert into verdicts values (?, ?, ?, ?)
         on conflict (hash, node) do update set answer = excluded.answer, at_ms = excluded.at_ms`,
      )
      .run(hash, node, answer, atMs);
  }

  /** Node → its last word. */
  verdicts(hash: Uint8Array): Map<string, string> {
    const rows = this.database.prepare('select node, answer from verdicts where hash = ?').all(hash) as {
      node: string;
      answer: string;
    }[];
    return new Map(rows.map(({ node, answer }) => [node, answer]));
  }

  /** Blocks whose fate is still open, oldest first. */
  open(): JournalledBlock[] {
    const rows = this.database.prepare('select * from blocks where final = 0 order by found_at_ms').all();
    return (rows as Row[]).map(fromRow);
  }

  /** The newest first. */
  recent(limit: number): JournalledBlock[] {
    const rows = this.database.prepare('select * from blocks order by found_at_ms desc limit ?').all(limit);
    return (rows as Row[]).map(fromRow);
  }

  private migrate(file: string): void {
    const version = this.database.pragma('user_version', { simple: true }) as number;
    if (version > MIGRATIONS.length) {
      throw new BlockJournalError(
        'JOURNAL_TOO_NEW',
        `${file} has schema ${version}, this version knows ${MIGRATIONS.length}: start the newer pool version`,
        { version },
      );
    }
    this.database.transaction(() => {
      for (let next = version; next < MIGRATIONS.length; next++) {
        this.database.exec(MIGRATIONS[next]!);
        this.database.pragma(`user_version = ${next + 1}`);
      }
    })();
  }
}

function fromRow(row: Row): JournalledBlock {
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
  };
}
