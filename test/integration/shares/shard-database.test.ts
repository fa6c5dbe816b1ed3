import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { network } from '../../../src/bitcoin/index.js';
import { toHex } from '../../../src/lib/index.js';
import { type CreditedShare, verifyShares } from '../../../src/shares/index.js';
import { ShardDatabase } from '../../../src/shares/shard-database.js';
import { BatchBuilder, type ShareBatch } from '../../../src/shares/share-batch.js';
import { loggedHashes } from './logged-hashes.js';
import { newFolder } from './shard-test.js';
import { PAYOUT, partsOn, ShareSource } from './share-source.js';

const HOUR_MS = 3_600_000;

function batchOf(shares: readonly CreditedShare[]): ShareBatch {
  const builder = new BatchBuilder();
  for (const share of shares) builder.add(share);
  return builder.finish();
}

describe('a shard’s database', () => {
  const open: ShardDatabase[] = [];
  afterEach(() => {
    for (const database of open.splice(0)) database.close();
  });

  function openDatabase(path: string): ShardDatabase {
    const database = new ShardDatabase(path);
    open.push(database);
    return database;
  }

  function sourceOn(database: ShardDatabase, prevByte: number, nowMs: number): ShareSource {
    const parts = partsOn(prevByte);
    return database.together(() => {
      const job = database.addJob(parts.template, parts.shape, parts.binding, nowMs);
      const miner = database.miner(PAYOUT);
      const { worker } = database.worker(miner, 'rig', nowMs);
      return new ShareSource(parts, { job, miner, worker });
    });
  }

  function ids(path: string, table: string): number[] {
    const database = new Database(path, { readonly: true });
    try {
      return database
        .prepare<[], { id: number }>(`SELECT id FROM ${table} ORDER BY id`)
        .all()
        .map(({ id }) => id);
    } finally {
      database.close();
    }
  }

  function pruneAll(database: ShardDatabase, beforeMs: number): number {
    let slices = 1;
    while (database.prune(beforeMs).more) slices++;
    return slices;
  }

  it('forgets at its next start who logged in and never sent a share, and nobody else', () => {
    const path = join(newFolder(), 'shard.sqlite');
    const database = openDatabase(path);
    const source = sourceOn(database, 0xaa, 0);
    database.together(() => {
      database.commit(batchOf([source.next()]), 0);
      const idle = database.miner({ type: 'k2', key: new Uint8Array(32).fill(9) });
      database.worker(idle, 'a', 0);
      database.worker(idle, 'b', 0);
      const remembered = database.miner({ type: 'k2', key: new Uint8Array(32).fill(8) });
      const builder = new BatchBuilder();
      builder.remember(database.worker(remembered, 'c', 0).worker, 4);
      database.commit(builder.finish(), 0);
    });
    expect([ids(path, 'miners'), ids(path, 'workers')]).toEqual([
      [1, 2, 3],
      [1, 2, 3, 4],
    ]);
    database.close();
    open.length = 0;
    openDatabase(path);
    expect([ids(path, 'miners'), ids(path, 'workers')]).toEqual([
      [1, 3],
      [1, 4],
    ]);
  });

  it('forgets old batches in slices, then the jobs and contents that only they named', async () => {
    const dir = newFolder();
    const path = join(dir, 'shard-0.sqlite');
    const database = openDatabase(path);
    const old = sourceOn(database, 1, 0);
    for (let i = 0; i < 1200; i++) database.together(() => database.commit(batchOf([old.next()]), i));
    const young = sourceOn(database, 2, 10 * HOUR_MS);
    const kept = young.take(60);
    for (const share of kept) database.together(() => database.commit(batchOf([share]), 10 * HOUR_MS));

    // 500 batches a slice.
    expect(pruneAll(database, 5 * HOUR_MS)).toBe(3);
    expect(loggedHashes(path)).toEqual(kept.map(({ hash }) => toHex(hash)));
    expect(ids(path, 'jobs')).toEqual([1, 2]);
    // Job 1 may have shares in up to 50 batches behind its last, as far as its row tells.
    for (let i = 0; i < 60; i++)
      database.together(() => database.commit(batchOf([young.next()]), 20 * HOUR_MS));
    pruneAll(database, 15 * HOUR_MS);
    expect(ids(path, 'jobs')).toEqual([2]);
    expect(ids(path, 'templates')).toEqual([2]);
    expect(ids(path, 'bindings')).toEqual([1]);
    expect(await verifyShares(dir, network('regtest'))).toMatchObject({ checked: 60, failed: 0 });
  });

  it('never forgets the newest job, nor a job that a batch still in the log names, however old', async () => {
    const dir = newFolder();
    const path = join(dir, 'shard-0.sqlite');
    const database = openDatabase(path);
    const source = sourceOn(database, 1, 0);
    sourceOn(database, 2, 0);
    sourceOn(database, 3, 0);
    database.together(() => database.commit(batchOf([source.next()]), 100 * HOUR_MS));
    pruneAll(database, 99 * HOUR_MS);
    expect(ids(path, 'jobs')).toEqual([1, 3]);
    expect(await verifyShares(dir, network('regtest'))).toMatchObject({ checked: 1, failed: 0 });
  });

  it('gives a job the batch its first share will be in, also after a batch that was undone', () => {
    const path = join(newFolder(), 'shard-0.sqlite');
    const database = openDatabase(path);
    const source = sourceOn(database, 1, 0);
    const refused = new BatchBuilder();
    refused.add(source.next());
    // Told of only when the batch is already in its table.
    refused.count(99, 'stale', 7n);
    expect(() => database.together(() => database.commit(refused.finish(), 0))).toThrow('worker 99');
    const next = sourceOn(database, 2, 0);
    database.together(() => database.commit(batchOf([next.next()]), 0));
    const shard = new Database(path, { readonly: true });
    expect(ids(path, 'batches')).toEqual([1]);
    expect(shard.prepare('SELECT first_batch FROM jobs').pluck().all()).toEqual([1, 1]);
    shard.close();
  });

  it('never uses a batch number twice, even when everything is old', () => {
    const path = join(newFolder(), 'shard-0.sqlite');
    const database = openDatabase(path);
    const source = sourceOn(database, 1, 0);
    for (let i = 0; i < 3; i++) database.together(() => database.commit(batchOf([source.next()]), i));
    pruneAll(database, HOUR_MS);
    expect(ids(path, 'batches')).toEqual([3]);
    open.pop()!.close();
    const reopened = openDatabase(path);
    reopened.together(() => reopened.commit(batchOf([source.next()]), HOUR_MS));
    expect(ids(path, 'batches')).toEqual([3, 4]);
  });

  it('undoes one failed call without the others around it', () => {
    const path = join(newFolder(), 'shard-0.sqlite');
    const database = openDatabase(path);
    const source = sourceOn(database, 1, 0);
    const [first, second] = [source.next(), source.next()];
    const unknown = { ...first, record: { ...first.record, job: 99 } };
    database.together(() => {
      database.alone(() => database.commit(batchOf([first]), 1));
      expect(() => database.alone(() => database.commit(batchOf([second, unknown]), 2))).toThrow(/job 99/);
      database.alone(() => database.commit(batchOf([second]), 3));
    });
    expect(loggedHashes(path)).toEqual([toHex(first.hash), toHex(second.hash)]);
    const rounds = new Database(path, { readonly: true });
    expect(rounds.prepare('SELECT accepted, work FROM rounds').all()).toEqual([{ accepted: 2, work: '4' }]);
    expect(rounds.prepare('SELECT accepted, work FROM workers').all()).toEqual([{ accepted: 2, work: '4' }]);
    rounds.close();
  });

  it('has figures that match the log after a rolled-back transaction', () => {
    const path = join(newFolder(), 'shard-0.sqlite');
    const database = openDatabase(path);
    const source = sourceOn(database, 1, 0);
    const lost = source.next();
    expect(() =>
      database.together(() => {
        database.commit(batchOf([lost]), 1);
        throw new Error('the disk failed');
      }),
    ).toThrow('the disk failed');
    const kept = source.next();
    database.together(() => database.commit(batchOf([kept]), 2));
    expect(loggedHashes(path)).toEqual([toHex(kept.hash)]);
    const figures = new Database(path, { readonly: true });
    expect(figures.prepare('SELECT accepted, work, best_ever FROM workers').all()).toEqual([
      { accepted: 1, work: '2', best_ever: kept.hashDifficulty },
    ]);
    figures.close();
  });

  it('refuses a share of a worker that belongs to another miner, and of an unknown signature or worker', () => {
    const database = openDatabase(join(newFolder(), 'shard-0.sqlite'));
    const share = sourceOn(database, 1, 0).next();
    const { record } = share;
    const refused: readonly [CreditedShare, RegExp][] = [
      [{ ...share, record: { ...record, miner: 9 } }, /does not belong to miner 9/],
      [{ ...share, record: { ...record, signature: 9 } }, /signature 9/],
      [{ ...share, worker: 9 }, /worker 9/],
    ];
    for (const [bad, reason] of refused) {
      expect(() => database.together(() => database.commit(batchOf([bad]), 1))).toThrow(reason);
    }
  });
});
