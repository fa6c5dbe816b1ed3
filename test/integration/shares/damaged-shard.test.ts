import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { network } from '../../../src/bitcoin/index.js';
import { boundsNow, openShards, verifyShares } from '../../../src/shares/index.js';
import { rootPage } from './alter-database.js';
import { integrityOf } from './logged-hashes.js';
import { appendAll, appended } from './shard-surroundings.js';
import { newFolder, openShard } from './shard-test.js';
import { partsOn, ShareSource } from './share-source.js';

/** Two shards with 3 and 5 shares. */
async function twoShards(): Promise<string> {
  const folder = newFolder();
  for (const [index, count] of [3, 5].entries()) {
    const path = join(folder, `shard-${index}.sqlite`);
    const shard = await openShard(path);
    await appendAll(shard, (await ShareSource.on(shard, partsOn(index + 1), `rig${index}`)).take(count));
    await shard.close();
    expect(integrityOf(path)).toBe('ok');
  }
  return folder;
}

/** The first one's first page overwritten. */
async function withDamagedShard(): Promise<string> {
  const folder = await twoShards();
  const file = openSync(join(folder, 'shard-0.sqlite'), 'r+');
  writeSync(file, Buffer.alloc(4096, 0xa5), 0, 4096, 0);
  closeSync(file);
  return folder;
}

it('figures leave a damaged shard out and name it', async () => {
  const shards = openShards(await withDamagedShard());
  expect(shards.damaged).toEqual([]);
  expect(shards.totals(Date.now()).counts.accepted).toBe(5);
  expect(shards.damaged).toEqual(['shard-0']);
  shards.close();
});

it('a claim is not made without a damaged shard: where the shards end is not known', async () => {
  const folder = await withDamagedShard();
  expect(() => boundsNow(folder)).toThrow('shard-0.sqlite is damaged (SQLITE_NOTADB)');
});

it('verification fails on a damaged shard, and checks the others', async () => {
  const { checked, failed, failures } = await verifyShares(await withDamagedShard(), network('regtest'));
  expect([checked, failed]).toEqual([5, 1]);
  expect(failures).toEqual([expect.objectContaining({ shard: 'shard-0', fault: 'shard-damaged' })]);
});

function alter(folder: string, sql: string): void {
  const database = new Database(join(folder, 'shard-0.sqlite'));
  database.exec(sql);
  database.close();
}

/** What a row says that no Orcapool wrote, or a table that is not there; and whether a writer needs it at once. */
const ALTERED: readonly [string, 'at once' | 'later'][] = [
  ["UPDATE rounds SET work = 'abc'", 'at once'],
  ["UPDATE rounds SET work = ''", 'at once'],
  ["UPDATE rounds SET removed_work = 'x'", 'at once'],
  ["UPDATE workers SET work = '-5'", 'at once'],
  ['DROP TABLE batches', 'at once'],
  ['DROP TABLE workers', 'at once'],
  ['ALTER TABLE workers DROP COLUMN best_ever', 'at once'],
  ["UPDATE workers SET rates = x'00'", 'later'],
  ["UPDATE miners SET bytes = x'ff'", 'later'],
  ["UPDATE templates SET bytes = x'00'", 'later'],
  ['UPDATE batches SET records = substr(records, 1, 20)', 'later'],
];

it.each(ALTERED)('%s: figures and lists go on without that shard, and name it', async (sql) => {
  const folder = await twoShards();
  alter(folder, sql);
  const shards = openShards(folder);
  expect(shards.look()).toBe(true);
  const nowMs = Date.now();
  expect(shards.totals(nowMs).counts.accepted).toBeGreaterThanOrEqual(5);
  expect(shards.workers(nowMs).map(({ name }) => name)).toContain('rig1');
  expect(shards.memories().map(({ name }) => name)).toContain('rig1');
  expect(shards.round(7n).counts.accepted).toBeGreaterThanOrEqual(5);
  const { shares } = shards.recentShares(100, null);
  expect(shares.filter(({ shard }) => shard === 'shard-1')).toHaveLength(5);
  const [share] = shares.filter(({ shard }) => shard === 'shard-1');
  expect(shards.share(share!.hash)?.shard).toBe('shard-1');
  expect(shards.share(new Uint8Array(32))).toBeNull();
  expect(shards.blocks(0)).toEqual([]);
  expect(shards.damaged).toEqual(['shard-0']);
  shards.close();
});

it.each(ALTERED)('%s: verification fails on that shard and checks the other', async (sql) => {
  const folder = await twoShards();
  alter(folder, sql);
  const { checked, work, failures } = await verifyShares(folder, network('regtest'));
  expect(checked).toBeGreaterThanOrEqual(5);
  // Two expected hashes a share.
  expect(work).toBeGreaterThanOrEqual(10n);
  expect(new Set(failures.map(({ shard }) => shard))).toEqual(new Set(['shard-0']));
});

it.each(ALTERED.filter(([, when]) => when === 'at once'))(
  '%s: its writer does not start, and says that the file is damaged',
  async (sql) => {
    const folder = await twoShards();
    alter(folder, sql);
    await expect(openShard(join(folder, 'shard-0.sqlite'))).rejects.toMatchObject({
      code: 'SHARE_LOG_DAMAGED',
      message: expect.stringContaining('/shard-0.sqlite is damaged (S'),
    });
    await openShard(join(folder, 'shard-1.sqlite'));
  },
);

/** The first page of a table or an index, filled with what is none. */
function overwriteFirstPage(path: string, of: string): void {
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(4096, 0xa5), 0, 4096, (rootPage(path, of) - 1) * 4096);
  closeSync(file);
}

it.each(['workers', 'rounds', 'jobs', 'jobs_by_prev_hash'])(
  'a page of %s overwritten: its writer does not start, and says that the file is damaged',
  async (of) => {
    const folder = await twoShards();
    const path = join(folder, 'shard-0.sqlite');
    overwriteFirstPage(path, of);
    await expect(openShard(path)).rejects.toMatchObject({
      code: 'SHARE_LOG_DAMAGED',
      message: expect.stringContaining('/shard-0.sqlite is damaged (SQLITE_CORRUPT'),
    });
  },
);

it('a total altered under its writer ends that writer with what is damaged, not with an unknown fault', async () => {
  const folder = await twoShards();
  const shard = await openShard(join(folder, 'shard-0.sqlite'));
  const source = await ShareSource.on(shard, partsOn(1), 'rig0');
  alter(folder, "UPDATE workers SET work = 'xyz'");
  await expect(appended(shard, source.next())).rejects.toMatchObject({ code: 'SHARE_LOG_DAMAGED' });
  expect((await shard.died).message).toContain(
    'shard-0.sqlite is damaged (SHARD_ALTERED: "xyz" stands where work should)',
  );
});
