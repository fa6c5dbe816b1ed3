import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { network } from '../../../src/bitcoin/index.js';
import { boundsNow, openShards, verifyShares } from '../../../src/shares/index.js';
import { integrityOf } from './logged-hashes.js';
import { appendAll } from './shard-surroundings.js';
import { newFolder, openShard } from './shard-test.js';
import { partsOn, ShareSource } from './share-source.js';

/** Two shards with 3 and 5 shares, the first one's first page overwritten. */
async function withDamagedShard(): Promise<string> {
  const folder = newFolder();
  for (const [index, count] of [3, 5].entries()) {
    const path = join(folder, `shard-${index}.sqlite`);
    const shard = await openShard(path);
    await appendAll(shard, (await ShareSource.on(shard, partsOn(1), `rig${index}`)).take(count));
    await shard.close();
    expect(integrityOf(path)).toBe('ok');
  }
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
