/** One cell of a real shard altered at a time, every one of them: verify tells it, or docs/operations.md owns up to it. */
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { network } from '../../../src/bitcoin/index.js';
import { verifyShares } from '../../../src/shares/index.js';
import { ShardDatabase } from '../../../src/shares/shard-database.js';
import { type Alteration, alter, alterationsOf, realShard } from './real-shard.js';
import { newFolder } from './shard-test.js';

const REGTEST = network('regtest');
const OPERATIONS = fileURLToPath(new URL('../../../../docs/operations.md', import.meta.url));
/** The first column of a table in the document: what stands there can be altered without a word. */
const ALWAYS = 'columns that can be altered without a word';
const AFTER_RETENTION = 'once retention removed shares of theirs, also';

/** `table.column`, or `counters.<name>`, as the list in the document has them. */
function documented(heading: string): Set<string> {
  const [, list = ''] = readFileSync(OPERATIONS, 'utf8').split(`| table | ${heading} |\n|---|---|\n`);
  const rows = list.slice(0, list.indexOf('\n\n')).split('\n');
  return new Set(
    rows.flatMap((row) => {
      const [table, ...columns] = [...row.matchAll(/`(\w+)`/g)].map(([, name]) => name!);
      return columns.map((column) => `${table}.${column}`);
    }),
  );
}

/** By what verify says of the shard in `dir` with one of its cells altered. */
async function tellsOf(
  dir: string,
  of: (alteration: Alteration) => boolean,
): Promise<{ readonly told: Set<string>; readonly untold: Set<string>; readonly tried: number }> {
  const path = join(dir, 'shard-0.sqlite');
  const untold = new Set<string>();
  const told = new Set<string>();
  const alterations = alterationsOf(path).filter(of);
  for (const [number, alteration] of alterations.entries()) {
    const place = join(dir, String(number));
    mkdirSync(place);
    copyFileSync(path, join(place, 'shard-0.sqlite'));
    if (!alter(join(place, 'shard-0.sqlite'), alteration)) continue;
    const { failed } = await verifyShares(place, REGTEST);
    (failed > 0 ? told : untold).add(alteration.name);
  }
  return { told, untold, tried: alterations.length };
}

it('an altered cell is told, or its column is on the documented list, and nothing else is on that', async () => {
  const dir = newFolder();
  realShard(join(dir, 'shard-0.sqlite'));
  expect(await verifyShares(dir, REGTEST)).toMatchObject({ checked: 12, failures: [], notHeld: [] });

  const { told, untold, tried } = await tellsOf(dir, () => true);
  expect(tried).toBeGreaterThan(500);
  const list = documented(ALWAYS);
  expect([...untold].filter((name) => !list.has(name)).sort()).toEqual([]);
  expect([...list].filter((name) => !untold.has(name)).sort()).toEqual([]);
  expect(told.size).toBeGreaterThan(30);
}, 300_000);

it('after retention so is one of the totals, which is on the second list, and verify says what it has not held', async () => {
  const dir = newFolder();
  const path = join(dir, 'shard-0.sqlite');
  realShard(path);
  const database = new ShardDatabase(path);
  // The first round's four batches: all of one worker's shares, and half of the other's.
  expect(database.prune(5_500).batches).toBe(4);
  database.close();
  const { checked, failures, notHeld } = await verifyShares(dir, REGTEST);
  expect({ checked, failures }).toEqual({ checked: 4, failures: [] });
  expect(notHeld.map(({ says }) => says)).toEqual([
    expect.stringMatching(/^of 2 workers retention removed shares: their best share is held from below/),
    expect.stringMatching(/^of 1 of them it removed all: when the last one came/),
    expect.stringMatching(/^of 1 rounds it removed shares/),
  ]);

  const always = documented(ALWAYS);
  const isTotal = ({ table, name }: Alteration): boolean =>
    ['workers', 'rounds', 'counters'].includes(table) && !always.has(name);
  const { untold } = await tellsOf(dir, isTotal);
  const list = documented(AFTER_RETENTION);
  expect([...untold].filter((name) => !list.has(name)).sort()).toEqual([]);
  expect([...list].filter((name) => !untold.has(name)).sort()).toEqual([]);
}, 300_000);
