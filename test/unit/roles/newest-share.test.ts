import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { ManualClock, toDisplayHex } from '../../../src/lib/index.js';
import { newestShare } from '../../../src/roles/newest-share.js';
import { openShards } from '../../../src/shares/index.js';
import { ShardDatabase } from '../../../src/shares/shard-database.js';
import { BatchBuilder } from '../../../src/shares/share-batch.js';
import { newFolder } from '../../integration/shares/shard-test.js';
import { PAYOUT, partsOn, ShareSource } from '../../integration/shares/share-source.js';

it('a share of the run before is not this run\u2019s newest, for localnet to show', () => {
  const folder = newFolder();
  const database = new ShardDatabase(join(folder, 'shard-0.sqlite'));
  const clock = new ManualClock(1_000);
  const parts = partsOn(1);
  const source = database.together(() => {
    const job = database.addJob(parts.template, parts.shape, parts.binding, clock.nowMs());
    const miner = database.miner(PAYOUT);
    const { worker } = database.worker(miner, 'rig', clock.nowMs());
    return new ShareSource(parts, { job, miner, worker });
  });
  const mine = (): string => {
    const builder = new BatchBuilder();
    const share = source.next();
    builder.add(share);
    database.together(() => database.commit(builder.finish(), clock.nowMs()));
    return toDisplayHex(share.hash);
  };
  const shares = openShards(folder);
  expect(newestShare(shares, 0)).toBeNull();
  const before = mine();
  expect(newestShare(shares, 1_000)).toBe(before);
  // The next run begins.
  expect(newestShare(shares, 2_000)).toBeNull();
  clock.advance(1_500);
  const after = mine();
  expect(newestShare(shares, 2_000)).toBe(after);
  shares.close();
  database.close();
});
