/** One cell of a real shard altered at a time, every one of them: verify tells it, or docs/operations.md owns up to it. */
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { network } from '../../../src/bitcoin/index.js';
import { utf8 } from '../../../src/lib/index.js';
import type { Payout } from '../../../src/mining/index.js';
import { verifyShares } from '../../../src/shares/index.js';
import { ShardDatabase } from '../../../src/shares/shard-database.js';
import { BatchBuilder } from '../../../src/shares/share-batch.js';
import { OUTCOMES } from '../../../src/shares/worker-figures.js';
import { newFolder } from './shard-test.js';
import { PAYOUT, partsOn, ShareSource } from './share-source.js';

const REGTEST = network('regtest');
const OPERATIONS = fileURLToPath(new URL('../../../../docs/operations.md', import.meta.url));
const OTHER: Payout = { type: 'k2', key: new Uint8Array(32).fill(9) };
/** See `missing-shares.test.ts`. */
const BLOCK_NONCE = 28_469;

/** Three jobs in two rounds, two batches of each; two miners, a signature, refusals, excess, and a block. */
function realShard(path: string): void {
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
      builder.remember(worker, 5);
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
  database.close();
}

/** `table.column`, or `counters.<name>`, as the list in the document has them. */
function documented(): Set<string> {
  const [, list = ''] = readFileSync(OPERATIONS, 'utf8').split(
    /^\| table \| columns that can .*\n\|---\|---\|\n/m,
  );
  const rows = list.slice(0, list.indexOf('\n\n')).split('\n');
  return new Set(
    rows.flatMap((row) => {
      const [table, ...columns] = [...row.matchAll(/`(\w+)`/g)].map(([, name]) => name!);
      return columns.map((column) => `${table}.${column}`);
    }),
  );
}

type Cell = number | string | Uint8Array | null;

function alterations(cell: Cell): Cell[] {
  if (typeof cell === 'number') return [cell + 1, cell - 1, cell * 3 + 1_000, 0];
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

it('an altered cell is told, or its column is on the documented list, and nothing else is on that', async () => {
  const dir = newFolder();
  const path = join(dir, 'shard-0.sqlite');
  realShard(path);
  expect(await verifyShares(dir, REGTEST)).toMatchObject({ checked: 12, failures: [] });

  const original = new Database(path, { readonly: true });
  const untold = new Set<string>();
  const told = new Set<string>();
  let altered = 0;
  for (const table of TABLES) {
    const key = table === 'counters' ? 'name' : table === 'blocks' ? 'hash' : 'rowid';
    const rows = original
      .prepare<[], Record<string, Cell>>(`SELECT ${key === 'rowid' ? 'rowid AS rowid, ' : ''}* FROM ${table}`)
      .all();
    for (const row of rows) {
      for (const [column, cell] of Object.entries(row)) {
        if (column === 'rowid') continue;
        const name =
          table === 'counters' && column === 'value' ? `counters.${row.name}` : `${table}.${column}`;
        for (const value of alterations(cell)) {
          if (Object.is(value, cell) || String(value) === String(cell)) continue;
          const place = join(dir, String(altered++));
          mkdirSync(place);
          copyFileSync(path, join(place, 'shard-0.sqlite'));
          const database = new Database(join(place, 'shard-0.sqlite'));
          try {
            database.prepare(`UPDATE ${table} SET ${column} = ? WHERE ${key} = ?`).run(value, row[key]!);
          } catch (error) {
            // What the schema itself refuses is no alteration.
            expect(String(error)).toMatch(/constraint failed|cannot store/);
            continue;
          } finally {
            database.close();
          }
          const { failed } = await verifyShares(place, REGTEST);
          (failed > 0 ? told : untold).add(name);
        }
      }
    }
  }
  original.close();
  expect(altered).toBeGreaterThan(500);
  const list = documented();
  expect([...untold].filter((name) => !list.has(name)).sort()).toEqual([]);
  expect([...list].filter((name) => !untold.has(name)).sort()).toEqual([]);
  expect([...told].length).toBeGreaterThan(30);
}, 300_000);
