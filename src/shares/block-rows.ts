/** The blocks found on a shard's jobs, as their table has them: enough to show one, and to build it again with its template. */
import type Database from 'better-sqlite3';

export interface StoredBlock {
  /** Internal order. */
  readonly hash: Uint8Array;
  /** 80 bytes. */
  readonly header: Uint8Array;
  /** Without witness. */
  readonly coinbase: Uint8Array;
  readonly templateId: string;
  readonly hasWitnessCommitment: boolean;
  readonly height: number;
  /** `<address>[.worker]`. */
  readonly worker: string;
  readonly foundMs: number;
}

type BlockRow = Omit<StoredBlock, 'hasWitnessCommitment'> & { readonly hasWitnessCommitment: number };

const COLUMNS = `hash, header, coinbase, template_id AS templateId, height, worker, found_ms AS foundMs,
  has_witness_commitment AS hasWitnessCommitment`;

/** Writes them; one that is there already stays as it is. */
export class BlockRows {
  private readonly insert: Database.Statement;

  constructor(database: Database.Database) {
    this.insert = database.prepare(
      `INSERT OR IGNORE INTO blocks
         (hash, header, coinbase, template_id, has_witness_commitment, height, worker, found_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    );
  }

  add(block: StoredBlock): void {
    this.insert.run(
      block.hash,
      block.header,
      block.coinbase,
      block.templateId,
      block.hasWitnessCommitment ? 1 : 0,
      block.height,
      block.worker,
      block.foundMs,
    );
  }
}

/** Null for one that is not there. `hash`: internal order. */
export function readBlock(database: Database.Database, hash: Uint8Array): StoredBlock | null {
  const row = database
    .prepare<[Uint8Array], BlockRow>(`SELECT ${COLUMNS} FROM blocks WHERE hash = ?`)
    .get(hash);
  return row === undefined ? null : stored(row);
}

export function readBlocks(database: Database.Database, sinceMs: number): StoredBlock[] {
  return database
    .prepare<[number], BlockRow>(`SELECT ${COLUMNS} FROM blocks WHERE found_ms >= ?`)
    .all(sinceMs)
    .map(stored);
}

function stored(row: BlockRow): StoredBlock {
  return { ...row, hasWitnessCommitment: row.hasWitnessCommitment === 1 };
}
