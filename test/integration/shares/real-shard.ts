/** A shard with something of everything, and what can be altered in it. */
import Database from 'better-sqlite3';
import { utf8 } from '../../../src/lib/index.js';
import type { Payout } from '../../../src/mining/index.js';
import { ShardDatabase } from '../../../src/shares/shard-database.js';
import { BatchBuilder } from '../../../src/shares/share-batch.js';
import { OUTCOMES } from '../../../src/shares/worker-figures.js';
import { PAYOUT, partsOn, ShareSource } from './share-source.js';

const OTHER: Payout = { type: 'k2', key: new Uint8Array(32).fill(9) };
/** See `missing-shares.test.ts`. */
const BLOCK_NONCE = 28_469;

/** Three jobs in two rounds, two batches of each; two miners, a signature, refusals, excess, and a block. */
export function realShard(path: string): void {
  filledShard(path).close();
}

/** The same, with all of it in the write-ahead log yet. */
export function filledShard(path: string): ShardDatabase {
  const database = new ShardDatabase(path);
  let nowMs = 1_000;
  for (const number of [1, 2, 3]) {
    const parts = partsOn(number, BigInt(number === 3 ? 2 : 1));
    const payout = number === 2 ? OTHER : PAYOUT;
    const words = number === 2 ? utf8('words') : new Uint8Array(0);
    const source = database.together(() => {
      database.reserveExtranonce1(4_096);
      database.probe(nowMs);
      const job = database.addJob(parts.template, parts.shape, parts.binding, nowMs);
      const miner = database.miner(payout);
      const signature = database.signature(words);
      const { worker } = database.worker(miner, `rig${number % 2}`, nowMs);
      return new ShareSource(parts, { job, miner, worker, signature }, payout, job, words);
    });
    for (const from of [number === 1 ? BLOCK_NONCE : 0, 0]) {
      const builder = new BatchBuilder();
      const shares = [source.next(from), source.next()];
      for (const [i, share] of shares.entries()) builder.add({ ...share, isExcess: i === 1 });
      const { worker } = shares[0]!;
      for (const outcome of OUTCOMES) {
        if (outcome === 'accepted') continue;
        builder.count(worker, outcome, parts.binding.round);
        // Of those who had not logged in.
        builder.count(null, outcome, parts.binding.round, 9_000);
      }
      builder.remember(worker, { value: 5, atMs: nowMs, userAgent: 'cgminer/4.11.1' });
      nowMs += 1_000;
      database.together(() => {
        if (from > 0) {
          const { hash } = shares[0]!;
          const block = { hash, ...source.block(shares[0]!), height: 101, worker: 'rig1', foundMs: nowMs };
          database.addBlock({ ...block, templateId: '01', hasWitnessCommitment: false });
        }
        database.commit(builder.finish(), nowMs);
      });
    }
  }
  return database;
}

export type Cell = number | string | Uint8Array | null;

function alterations(cell: Cell): Cell[] {
  if (typeof cell === 'number') return [cell + 1, cell - 1, cell * 3 + 1_000, cell * 0.75, cell * 1.5, 0];
  if (typeof cell === 'string') return [`${cell}1`, '0', ''];
  if (cell === null) return [];
  const flipped = [0, cell.length >> 1, cell.length - 1]
    .filter((at) => at >= 0 && at < cell.length)
    .map((at) => Uint8Array.from(cell, (byte, i) => (i === at ? byte ^ 1 : byte)));
  return [...flipped, cell.slice(0, -1), Uint8Array.of(...cell, 0)];
}

const TABLES = [
  ...['counters', 'templates', 'shapes', 'bindings', 'signatures', 'miners', 'jobs', 'workers', 'rounds'],
  ...['batches', 'blocks'],
];

/** One cell, and one thing it may be altered to. */
export interface Alteration {
  readonly table: string;
  readonly column: string;
  /** `table.column`, or `counters.<name>` for a counter's value. */
  readonly name: string;
  /** Which row, and what its key is. */
  readonly key: string;
  readonly row: Cell;
  readonly value: Cell;
}

/** Of every cell of the shard. */
export function alterationsOf(path: string): Alteration[] {
  const database = new Database(path, { readonly: true });
  try {
    return TABLES.flatMap((table) => {
      const key = table === 'counters' ? 'name' : table === 'blocks' ? 'hash' : 'rowid';
      const rows = database
        .prepare<[], Record<string, Cell>>(
          `SELECT ${key === 'rowid' ? 'rowid AS rowid, ' : ''}* FROM ${table}`,
        )
        .all();
      return rows.flatMap((row) =>
        Object.entries(row)
          .filter(([column]) => column !== 'rowid')
          .flatMap(([column, cell]) => {
            const isCounter = table === 'counters' && column === 'value';
            const name = isCounter ? `counters.${row.name}` : `${table}.${column}`;
            return alterations(cell)
              .filter((value) => String(value) !== String(cell))
              .map((value) => ({ table, column, name, key, row: row[key]!, value }));
          }),
      );
    });
  } finally {
    database.close();
  }
}

/** False where the schema refuses it, which is no alteration then. */
export function alter(path: string, { table, column, key, row, value }: Alteration): boolean {
  const database = new Database(path);
  try {
    database.prepare(`UPDATE ${table} SET ${column} = ? WHERE ${key} = ?`).run(value, row);
    return true;
  } catch (error) {
    if (/constraint failed|cannot store|datatype mismatch/.test(String(error))) return false;
    throw error;
  } finally {
    database.close();
  }
}
