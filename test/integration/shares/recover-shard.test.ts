import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { network } from '../../../src/bitcoin/index.js';
import { toHex } from '../../../src/lib/index.js';
import { recoverShard, verifyShares } from '../../../src/shares/index.js';
import { ShardDatabase } from '../../../src/shares/shard-database.js';
import { loggedHashes } from './logged-hashes.js';
import { alter, alterationsOf, realShard } from './real-shard.js';
import { appendAll } from './shard-surroundings.js';
import { newFolder, openShard } from './shard-test.js';
import { partsOn, ShareSource } from './share-source.js';

const REGTEST = network('regtest');
/** What is gone is told, and nothing that was altered is left. */
const GONE = new Set(['batch-missing', 'rows-missing', 'block-missing']);

describe('a recovered shard', () => {
  it('of one that is whole has every share, and its listener goes on with it', async () => {
    const dir = newFolder();
    const [from, to] = ['damaged', 'recovered'].map((name) => {
      mkdirSync(join(dir, name));
      return join(dir, name, 'shard-0.sqlite');
    }) as [string, string];
    realShard(from);
    expect(recoverShard(from, to, REGTEST)).toEqual({ shares: 12, lost: [] });
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
      const { shares } = recoverShard(from, join(recovered!, 'shard-0.sqlite'), REGTEST);
      const { checked, failures } = await verifyShares(recovered!, REGTEST);
      const { name, row } = alteration;
      const altered = failures.filter(({ fault }) => !GONE.has(fault));
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
