import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { openShards } from '../../../src/shares/index.js';
import { appended } from './shard-surroundings.js';
import { newFolder, openShard } from './shard-test.js';
import { partsOn, ShareSource } from './share-source.js';

/** As a writer has it that makes it, or takes it up again; returns what lets it go. */
function lock(path: string): () => void {
  const writer = new Database(path);
  writer.pragma('journal_mode = DELETE');
  writer.exec('BEGIN EXCLUSIVE');
  return () => writer.close();
}

it('a reader passes over a shard that its writer has locked, at once, and has it again afterwards', async () => {
  const folder = newFolder();
  for (const name of ['shard-0', 'shard-1']) {
    const shard = await openShard(join(folder, `${name}.sqlite`));
    const source = await ShareSource.on(shard, partsOn(1));
    await appended(shard, source.next());
    await shard.close();
  }
  const unlock = lock(join(folder, 'shard-1.sqlite'));
  const reader = openShards(folder);
  const askedMs = performance.now();
  expect(reader.totals(Date.now()).counts.accepted).toBe(1);
  expect(reader.recentShares(9, null).shares).toHaveLength(1);
  expect(reader.blocks(0)).toEqual([]);
  expect(reader.look()).toBe(false);
  expect(performance.now() - askedMs).toBeLessThan(2_000);
  expect([reader.busy, reader.damaged]).toEqual([['shard-1'], []]);
  unlock();
  expect(reader.look()).toBe(true);
  expect(reader.totals(Date.now()).counts.accepted).toBe(2);
  expect(reader.recentShares(9, null).shares).toHaveLength(2);
  expect(reader.busy).toEqual([]);
  reader.close();
});
