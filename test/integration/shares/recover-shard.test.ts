import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { network } from '../../../src/bitcoin/index.js';
import { toHex } from '../../../src/lib/index.js';
import { recoverShard, verifyShares } from '../../../src/shares/index.js';
import { ShardDatabase } from '../../../src/shares/shard-database.js';
import { execute } from './alter-database.js';
import { loggedHashes } from './logged-hashes.js';
import { type Alteration, alter, alterationsOf, realShard } from './real-shard.js';
import { appendAll } from './shard-surroundings.js';
import { newFolder, openShard } from './shard-test.js';
import { partsOn, ShareSource } from './share-source.js';

const REGTEST = network('regtest');
/** What verify says of a shard from which something was lost; where nothing was, it has nothing to say. */
const GONE = new Set(['batch-missing', 'rows-missing', 'block-missing']);

/** What retention removed, and what is handed out next. */
function numbersOf(path: string): unknown {
  const database = new Database(path, { readonly: true });
  try {
    return [
      database.prepare("SELECT name, value FROM counters WHERE name <> 'probe' ORDER BY name").all(),
      database.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'jobs'").all(),
      database
        .prepare('SELECT round, accepted, work, removed, removed_work FROM rounds ORDER BY round')
        .all(),
    ];
  } finally {
    database.close();
  }
}

describe('a recovered shard', () => {
  it('of one that is whole has every share, and its listener goes on with it', async () => {
    const dir = newFolder();
    const [from, to] = ['damaged', 'recovered'].map((name) => {
      mkdirSync(join(dir, name));
      return join(dir, name, 'shard-0.sqlite');
    }) as [string, string];
    realShard(from);
    const { asItStood, ...recovered } = recoverShard(from, to, REGTEST);
    expect(recovered).toEqual({ shares: 12, lost: [], mended: [] });
    // What nothing else in a shard says.
    expect(asItStood).toEqual([
      expect.stringMatching(/^of found blocks/),
      expect.stringMatching(/^names of workers/),
    ]);
    expect(await verifyShares(join(dir, 'recovered'), REGTEST)).toMatchObject({ checked: 12, failures: [] });
    expect(loggedHashes(to)).toEqual(loggedHashes(from));
    const before = new ShardDatabase(from);
    const after = new ShardDatabase(to);
    expect(after.together(() => after.reserveExtranonce1(1))).toBe(
      before.together(() => before.reserveExtranonce1(1)),
    );
    expect(after.lastBatch()).toBe(before.lastBatch());
    before.close();
    after.close();
    expect(() => recoverShard(from, to, REGTEST)).toThrow('is there already');
  });

  it('says which batches are missing behind its last one', () => {
    const path = join(newFolder(), 'shard-0.sqlite');
    realShard(path);
    const database = new Database(path);
    const last = database.prepare<[], number>('SELECT max(id) FROM batches').pluck().get()!;
    database.exec(`DELETE FROM batches WHERE id > ${last - 2}`);
    database.close();
    const { lost } = recoverShard(path, `${path}-recovered`, REGTEST);
    expect(lost).toContain(`the batches behind ${last - 2}, up to ${last}`);
  });

  it.each([
    ['the number of the first batch', 'UPDATE batches SET id = id - 1 WHERE id = 1'],
    ['the number of a batch in between', 'UPDATE batches SET id = id + 4096 WHERE id = 3'],
    ['the time of a batch', 'UPDATE batches SET committed_ms = committed_ms + (1 << 40) WHERE id = 2'],
  ])('has all shares where one bit was altered of %s, and it as it was', (_, sql) => {
    const path = join(newFolder(), 'shard-0.sqlite');
    realShard(path);
    const batches = (of: string): unknown => {
      const database = new Database(of, { readonly: true });
      const rows = database.prepare('SELECT id, committed_ms, digest FROM batches ORDER BY id').all();
      database.close();
      return rows;
    };
    const before = batches(path);
    execute(path, sql);
    expect(batches(path)).not.toEqual(before);
    expect(recoverShard(path, `${path}-recovered`, REGTEST)).toMatchObject({ shares: 12, lost: [] });
    expect(batches(`${path}-recovered`)).toEqual(before);
  });

  it('says of which batch something else is not what was committed', () => {
    const path = join(newFolder(), 'shard-0.sqlite');
    realShard(path);
    execute(path, 'UPDATE batches SET committed_ms = 77 WHERE id = 2');
    const { shares, lost } = recoverShard(path, `${path}-recovered`, REGTEST);
    expect({ shares, lost }).toEqual({
      shares: 12,
      lost: ['batch 2: its time or whose its shares are was altered, and is taken as it stood'],
    });
  });

  it('has nothing of an altered cell that verify would tell, whichever column it was in', async () => {
    const dir = newFolder();
    const path = join(dir, 'shard-0.sqlite');
    realShard(path);
    // One alteration in each column.
    const cells = new Map(alterationsOf(path).map((each) => [each.name, each]));
    const costs = new Map<string, number>();
    for (const [number, alteration] of [...cells.values()].entries()) {
      const [damaged, recovered] = [`${number}-damaged`, `${number}-recovered`].map((name) =>
        join(dir, name),
      );
      mkdirSync(damaged!);
      mkdirSync(recovered!);
      const from = join(damaged!, 'shard-0.sqlite');
      copyFileSync(path, from);
      if (!alter(from, alteration)) continue;
      const { shares, lost } = recoverShard(from, join(recovered!, 'shard-0.sqlite'), REGTEST);
      const { checked, failures } = await verifyShares(recovered!, REGTEST);
      const { name, row } = alteration;
      const altered = failures.filter(({ fault }) => lost.length === 0 || !GONE.has(fault));
      expect({ name, row, altered: altered.map(({ says }) => says) }).toEqual({ name, row, altered: [] });
      expect([name, checked]).toEqual([name, shares]);
      costs.set(name, 12 - shares);
    }
    const cost = (columns: RegExp) => [...costs].filter(([name, lost]) => columns.test(name) && lost > 0);
    // What can be added up or worked out again costs nothing, a batch its two shares.
    expect(cost(/^(?:counters|rounds|blocks)\./)).toEqual([]);
    expect(
      cost(/^workers\.(?!id$|miner$)|^jobs\.(?:prev_hash|created_ms|first_batch|last_batch_bound)$/),
    ).toEqual([]);
    expect(cost(/^batches\./).every(([, lost]) => lost <= 2)).toBe(true);
  }, 300_000);

  it('knows what retention removed, and what is handed out next, though one of the cells that say so is altered', () => {
    const dir = newFolder();
    const path = join(dir, 'shard-0.sqlite');
    realShard(path);
    const database = new ShardDatabase(path);
    database.prune(5_500);
    database.close();
    const numbers = numbersOf(path);
    const isNumber = ({ name, table, column }: Alteration): boolean =>
      name === 'counters.removed_batches' ||
      (table === 'rounds' && ['accepted', 'work', 'removed', 'removed_work'].includes(column));
    const alterations = [
      ...alterationsOf(path).filter(isNumber),
      ...[1, 2, 4, 1_000, 2 ** 30].map((value) => ({
        ...{ table: 'sqlite_sequence', column: 'seq', key: 'name', row: 'jobs', value },
        name: 'sqlite_sequence.seq',
      })),
    ];
    expect(alterations.length).toBeGreaterThan(30);
    for (const [number, alteration] of alterations.entries()) {
      const from = join(dir, `${number}-damaged`);
      copyFileSync(path, from);
      if (!alter(from, alteration)) continue;
      const to = join(dir, `${number}-recovered`);
      const { lost } = recoverShard(from, to, REGTEST);
      const { name, value } = alteration;
      expect({ name, value, lost, numbers: numbersOf(to) }).toEqual({ name, value, lost: [], numbers });
    }
  }, 60_000);

  it('hands out no extranonce that a share of the last hour has, whatever its counter says', () => {
    const dir = newFolder();
    const path = join(dir, 'shard-0.sqlite');
    realShard(path);
    // Three ranges of 4,096 were handed out; the shares are of the first.
    for (const [said, expected] of [
      [3 * 4_096, 3 * 4_096],
      [3 * 4_096 + 1, 1 << 23],
      [0, 1 << 23],
      [(1 << 23) + 4_096, 1 << 23],
      [-1, 1 << 23],
      [1 << 24, 1 << 23],
    ] as const) {
      const from = join(dir, `damaged ${said}`);
      copyFileSync(path, from);
      const counter = { table: 'counters', column: 'value', key: 'name', row: 'extranonce1' };
      expect(alter(from, { ...counter, name: 'counters.extranonce1', value: said })).toBe(true);
      const to = join(dir, `recovered ${said}`);
      const { asItStood } = recoverShard(from, to, REGTEST);
      const recovered = new ShardDatabase(to);
      expect([said, recovered.together(() => recovered.reserveExtranonce1(1))]).toEqual([said, expected]);
      recovered.close();
      expect(asItStood.some((says) => says.includes('next extranonce'))).toBe(said !== expected);
    }
  });

  it('has what lies before, between and behind damaged pages', async () => {
    const dir = newFolder();
    const from = join(dir, 'shard-0.sqlite');
    const shard = await openShard(from);
    const source = await ShareSource.on(shard, partsOn(1));
    const shares = source.take(60 * 20);
    for (let at = 0; at < shares.length; at += 20) await appendAll(shard, shares.slice(at, at + 20));
    await shard.close();
    const bytes = readFileSync(from);
    for (const at of [200, 1_000]) {
      const page = Math.floor(bytes.indexOf(shares[at]!.hash) / 4096);
      bytes.fill(0xa5, page * 4096, (page + 1) * 4096);
    }
    writeFileSync(from, bytes);
    mkdirSync(join(dir, 'recovered'));
    const to = join(dir, 'recovered', 'shard-0.sqlite');
    const recovered = recoverShard(from, to, REGTEST);
    expect(recovered.lost.join()).toMatch(/rows of batches/);
    expect(recovered.shares).toBeGreaterThan(shares.length - 400);
    const logged = loggedHashes(to);
    for (const { hash } of [shares[0]!, shares[600]!, shares.at(-1)!]) expect(logged).toContain(toHex(hash));
    const { checked, failures } = await verifyShares(join(dir, 'recovered'), REGTEST);
    expect(checked).toBe(recovered.shares);
    expect(new Set(failures.map(({ fault }) => fault))).toEqual(new Set(['batch-missing']));
  }, 60_000);
});
