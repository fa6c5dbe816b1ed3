/** One cell of a real shard altered at a time, every one of them: verify tells it, or docs/operations.md owns up to it. */
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { network } from '../../../src/bitcoin/index.js';
import { verifyShares } from '../../../src/shares/index.js';
import { alter, alterationsOf, realShard } from './real-shard.js';
import { newFolder } from './shard-test.js';

const REGTEST = network('regtest');
const OPERATIONS = fileURLToPath(new URL('../../../../docs/operations.md', import.meta.url));
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

it('an altered cell is told, or its column is on the documented list, and nothing else is on that', async () => {
  const dir = newFolder();
  const path = join(dir, 'shard-0.sqlite');
  realShard(path);
  expect(await verifyShares(dir, REGTEST)).toMatchObject({ checked: 12, failures: [] });

  const untold = new Set<string>();
  const told = new Set<string>();
  const alterations = alterationsOf(path);
  expect(alterations.length).toBeGreaterThan(500);
  for (const [number, alteration] of alterations.entries()) {
    const place = join(dir, String(number));
    mkdirSync(place);
    copyFileSync(path, join(place, 'shard-0.sqlite'));
    if (!alter(join(place, 'shard-0.sqlite'), alteration)) continue;
    const { failed } = await verifyShares(place, REGTEST);
    (failed > 0 ? told : untold).add(alteration.name);
  }
  const list = documented();
  expect([...untold].filter((name) => !list.has(name)).sort()).toEqual([]);
  expect([...list].filter((name) => !untold.has(name)).sort()).toEqual([]);
  expect(told.size).toBeGreaterThan(30);
}, 300_000);
