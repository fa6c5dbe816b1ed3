import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { toHex } from '../../../src/lib/index.js';
import type { Payout } from '../../../src/mining/index.js';
import {
  type CreditedShare,
  openShards,
  type ShardReader,
  ShareCursorError,
} from '../../../src/shares/index.js';
import { appendAll, appended } from './shard-surroundings.js';
import { newFolder, openShard } from './shard-test.js';
import { EASIEST_BITS, PAYOUT, partsOn, ShareSource } from './share-source.js';

const OTHER_PAYOUT: Payout = { type: 'k2', key: new Uint8Array(32).fill(0x99) };

function hexOf(shares: readonly { readonly hash: Uint8Array }[]): string[] {
  return shares.map(({ hash }) => toHex(hash));
}

/** Page after page of `size`. */
function allPages(reader: ShardReader, size: number): string[] {
  const hashes: string[] = [];
  for (let before: string | null = null, pages = 0; pages < 1000; pages++) {
    const page = reader.recentShares(size, before);
    hashes.push(...hexOf(page.shares));
    if (page.next === null) return hashes;
    before = page.next;
  }
  throw new Error('the pages do not end');
}

describe('a reader of shards', () => {
  it('finds nothing in a folder without shards, or without a folder', () => {
    const reader = openShards(join(newFolder(), 'missing'));
    expect(reader.workers(0)).toEqual([]);
    expect(reader.totals(0)).toMatchObject({ work: 0n, workers: 0, miners: 0, lastShareMs: null });
    expect(reader.recentShares(10, null)).toEqual({ shares: [], next: null });
    expect(reader.blocks(0)).toEqual([]);
    expect(reader.share(new Uint8Array(32))).toBeNull();
    reader.close();
  });

  it('sees each share as soon as it is acknowledged, while the writer goes on', async () => {
    const dir = newFolder();
    const shard = await openShard(join(dir, 'shard-0.sqlite'));
    const reader = openShards(dir);
    const source = await ShareSource.on(shard, partsOn(1));
    for (let i = 1; i <= 20; i++) {
      const share = source.next();
      await appended(shard, share);
      expect(reader.totals(Date.now()).counts.accepted).toBe(i);
      expect(reader.share(share.hash)?.hash).toEqual(share.hash);
    }
    reader.close();
    await shard.close();
  });

  it('tells a share’s record, height, round, payout, worker and difficulties', async () => {
    const dir = newFolder();
    const shard = await openShard(join(dir, 'shard-0.sqlite'));
    const share = (await ShareSource.on(shard, partsOn(1, 42n), 'attic')).next();
    await appended(shard, share);
    await shard.close();
    const reader = openShards(dir);
    const found = reader.recentShares(1, null).shares[0]!;
    expect(found).toMatchObject({
      shard: 'shard-0',
      batch: 1,
      index: 0,
      record: share.record,
      height: 101,
      round: 42n,
      payout: PAYOUT,
      workerName: 'attic',
      hashDifficulty: share.hashDifficulty,
    });
    // The easiest target is 0x7fffff · 2²³²: 0xffff · 2²⁰⁸ / that = 4.6565e-10.
    expect(found.difficulty).toBeCloseTo(4.6565e-10, 13);
    reader.close();
  });

  it('puts one worker’s figures from several shards together, and keeps miners apart', async () => {
    const dir = newFolder();
    const shards = [
      await openShard(join(dir, 'shard-0.sqlite')),
      await openShard(join(dir, 'shard-1.sqlite')),
    ];
    const all: CreditedShare[] = [];
    for (const [i, shard] of shards.entries()) {
      const shares = (await ShareSource.on(shard, partsOn(1 + i))).take(10 + i);
      await appendAll(shard, shares);
      shard.count(shares[0]!.worker, 'stale', 7n);
      all.push(...shares);
    }
    const other = await ShareSource.on(shards[1]!, partsOn(3), '', OTHER_PAYOUT);
    await appendAll(shards[1]!, other.take(4));
    shards[0]!.count(null, 'invalid', 7n);
    for (const shard of shards) await shard.close();

    const reader = openShards(dir);
    const workers = reader.workers(Date.now());
    expect(workers).toHaveLength(2);
    const rig = workers.find(({ name }) => name === 'rig')!;
    // 21 shares at two expected hashes each.
    expect(rig).toMatchObject({ payout: PAYOUT, work: 42n });
    expect(rig.counts).toMatchObject({ accepted: 21, stale: 2 });
    expect(rig.bestEver).toBe(Math.max(...all.map(({ hashDifficulty }) => hashDifficulty)));
    expect(rig.bestWeek).toBe(rig.bestEver);
    const totals = reader.totals(Date.now());
    expect(totals).toMatchObject({ work: 50n, workers: 2, miners: 2 });
    expect(totals.counts).toMatchObject({ accepted: 25, stale: 2, invalid: 1 });
    expect(reader.round(7n)).toEqual({ counts: totals.counts, work: 50n, squares: 100, excess: 0 });
    expect(reader.round(8n).work).toBe(0n);
    reader.close();
  });

  it('tells how many of a round’s shares are excess, over all shards and their restarts', async () => {
    const dir = newFolder();
    for (const [name, excess] of [
      ['shard-0', 5],
      ['shard-1', 2],
      ['shard-0', 1],
    ] as const) {
      const shard = await openShard(join(dir, `${name}.sqlite`));
      const shares = (await ShareSource.on(shard, partsOn(1))).take(8);
      await appendAll(
        shard,
        shares.map((share, i) => ({ ...share, isExcess: i < excess })),
      );
      await shard.close();
    }
    const reader = openShards(dir);
    const { counts, excess } = reader.round(7n);
    expect([counts.accepted, excess]).toEqual([24, 8]);
    reader.close();
  });

  it('pages through several shards newest first, each share once, while more arrive', async () => {
    const dir = newFolder();
    const shards = [
      await openShard(join(dir, 'shard-0.sqlite')),
      await openShard(join(dir, 'shard-1.sqlite')),
    ];
    const sources = await Promise.all(shards.map((shard, i) => ShareSource.on(shard, partsOn(1 + i))));
    const wanted: string[] = [];
    for (let i = 0; i < 12; i++) {
      const shares = sources[i % 2]!.take(3);
      await appendAll(shards[i % 2]!, shares);
      wanted.push(...hexOf(shares));
      // Two commits in one millisecond have no order.
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    wanted.reverse();
    const reader = openShards(dir);
    for (const size of [1, 2, 5, 36, 100]) expect(allPages(reader, size)).toEqual(wanted);

    const first = reader.recentShares(10, null);
    await appendAll(shards[0]!, sources[0]!.take(5));
    const second = reader.recentShares(100, first.next);
    expect([...hexOf(first.shares), ...hexOf(second.shares)]).toEqual(wanted);
    expect(() => reader.recentShares(1, 'shard-0.x')).toThrow(ShareCursorError);
    reader.close();
    for (const shard of shards) await shard.close();
  });

  it('keeps the committed bits of each share', async () => {
    const dir = newFolder();
    const shard = await openShard(join(dir, 'shard-0.sqlite'));
    await appended(shard, (await ShareSource.on(shard, partsOn(1))).next());
    await shard.close();
    const reader = openShards(dir);
    expect(reader.recentShares(1, null).shares[0]!.record.bits).toBe(EASIEST_BITS);
    reader.close();
  });

  it('gives the found blocks of all shards, the older first, with everything a submission needs', async () => {
    const dir = newFolder();
    const blocks = [2, 1].map((nth) => ({
      hash: new Uint8Array(32).fill(nth),
      header: new Uint8Array(80).fill(nth),
      coinbase: Uint8Array.of(nth),
      templateId: `000000000000000${nth}`,
      hasWitnessCommitment: nth === 1,
      height: 100 + nth,
      worker: 'someone',
      foundMs: 1000 * nth,
    }));
    for (const [i, block] of blocks.entries()) {
      const shard = await openShard(join(dir, `shard-${i}.sqlite`));
      shard.block(block, () => {});
      shard.block(block, () => {});
      await shard.close();
    }
    const reader = openShards(dir);
    const read = reader.blocks(0).map((block) => ({
      ...block,
      hash: Uint8Array.from(block.hash),
      header: Uint8Array.from(block.header),
      coinbase: Uint8Array.from(block.coinbase),
    }));
    expect(read).toEqual([blocks[1], blocks[0]]);
    reader.close();
  });
});
