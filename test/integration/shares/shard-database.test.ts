import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { network } from '../../../src/bitcoin/index.js';
import { toHex } from '../../../src/lib/index.js';
import type { Payout } from '../../../src/mining/index.js';
import { type CreditedShare, verifyShares } from '../../../src/shares/index.js';
import { ShardDatabase } from '../../../src/shares/shard-database.js';
import { BatchBuilder, type ShareBatch } from '../../../src/shares/share-batch.js';
import { execute } from './alter-database.js';
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

  function sourceOn(
    database: ShardDatabase,
    prevByte: number,
    nowMs: number,
    words: Uint8Array = new Uint8Array(0),
  ): ShareSource {
    const parts = partsOn(prevByte);
    return database.together(() => {
      const job = database.addJob(parts.template, parts.shape, parts.binding, nowMs);
      const miner = database.miner(PAYOUT);
      const { worker } = database.worker(miner, 'rig', nowMs);
      const signature = database.signature(words);
      return new ShareSource(parts, { job, miner, worker, signature }, PAYOUT, 0, words);
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

  const NOBODY = { workers: new Uint32Array(), signatures: new Uint32Array() };
  const idle = (path: string): number[][] => [
    ids(path, 'miners'),
    ids(path, 'workers'),
    ids(path, 'signatures'),
  ];
  const named = (byte: number): Payout => ({ type: 'k2', key: new Uint8Array(32).fill(byte) });

  /** Rows that went; null when it is not time for a sweep. */
  function sweep(database: ShardDatabase, nowMs: number, inUse = NOBODY): number | null {
    if (!database.beginSweep(inUse, nowMs)) return null;
    for (let rows = 0; ; ) {
      const swept = database.sweep();
      rows += swept.rows;
      if (!swept.more) return rows;
    }
  }

  function reopened(path: string): ShardDatabase {
    open.pop()!.close();
    return openDatabase(path);
  }

  it('keeps whom one altered bit made one without a good share', () => {
    const path = join(newFolder(), 'shard-0.sqlite');
    const first = openDatabase(path);
    const source = sourceOn(first, 0xaa, 0);
    first.together(() => {
      first.commit(batchOf([source.next()]), 0);
      first.worker(first.miner(named(9)), 'newest', 0);
    });
    open.pop()!.close();
    execute(path, 'UPDATE workers SET accepted = 0 WHERE id = 1');
    expect(sweep(openDatabase(path), 1)).toBe(0);
    expect(idle(path).slice(0, 2)).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  it('forgets who logged in and never sent a good share, and words that no share has, and nobody else', async () => {
    const dir = newFolder();
    const path = join(dir, 'shard-0.sqlite');
    const first = openDatabase(path);
    const source = sourceOn(first, 0xaa, 0);
    first.together(() => {
      first.commit(batchOf([source.next()]), 0);
      const refused = new BatchBuilder();
      const stranger = first.miner(named(9));
      refused.count(first.worker(stranger, 'a', 0).worker, 'invalid', 7n);
      refused.count(first.worker(stranger, 'b', 0).worker, 'uncredited', 7n);
      first.worker(first.miner(named(8)), 'c', 0);
      refused.remember(first.worker(first.miner(named(7)), 'd', 0).worker, {
        value: 4,
        atMs: 0,
        userAgent: null,
      });
      first.commit(refused.finish(), 0);
    });
    const speaking = sourceOn(first, 0xaa, 0, Uint8Array.of(1));
    first.together(() => {
      first.signature(Uint8Array.of(2));
      first.signature(Uint8Array.of(3));
      first.commit(batchOf([speaking.next()]), 0);
    });
    const rounds = (): unknown => {
      const database = new Database(path, { readonly: true });
      const rows = database.prepare('SELECT accepted, uncredited, invalid FROM rounds').all();
      database.close();
      return rows;
    };
    const before = rounds();
    expect(idle(path)).toEqual([
      [1, 2, 3, 4],
      [1, 2, 3, 4, 5],
      [0, 1, 2, 3],
    ]);
    // Of this run nothing goes: the listener was given all of it.
    expect(sweep(first, 0)).toBe(0);
    const second = reopened(path);
    // Workers 2 and 4, miner 3 and signature 2; the newest signature stays.
    expect(sweep(second, 1)).toBe(4);
    expect(idle(path)).toEqual([
      [1, 2, 4],
      [1, 3, 5],
      [0, 1, 3],
    ]);
    expect([before, rounds()]).toEqual([
      [{ accepted: 2, uncredited: 1, invalid: 1 }],
      [{ accepted: 2, uncredited: 1, invalid: 1 }],
    ]);
    expect(await verifyShares(dir, network('regtest'))).toMatchObject({ checked: 2, failed: 0 });
    // The difficulty of worker 5 is forgotten after a day; but it is the newest.
    const third = reopened(path);
    third.together(() => third.worker(third.miner(named(6)), 'e', 2));
    expect(sweep(third, 25 * HOUR_MS)).toBe(2);
    expect(idle(path).slice(0, 2)).toEqual([
      [1, 2, 5],
      [1, 3, 6],
    ]);
  });

  it('forgets words once retention has removed the last batch that could name them', () => {
    const path = join(newFolder(), 'shard-0.sqlite');
    const first = openDatabase(path);
    const source = sourceOn(first, 1, 0);
    first.together(() => {
      const signature = first.signature(Uint8Array.of(1));
      first.signature(Uint8Array.of(2));
      const { record, ...share } = source.next();
      first.commit(batchOf([{ ...share, record: { ...record, signature } }]), 0);
    });
    for (let i = 0; i < 60; i++) first.together(() => first.commit(batchOf([source.next()]), i));
    const second = reopened(path);
    sweep(second, 0);
    expect(ids(path, 'signatures')).toEqual([0, 1, 2]);
    pruneAll(second, HOUR_MS);
    const third = reopened(path);
    expect(sweep(third, 0)).toBe(1);
    expect(ids(path, 'signatures')).toEqual([0, 2]);
  });

  it('forgets rows while it is in use: once a day and after each ten thousand, but none that may be named again', () => {
    const path = join(newFolder(), 'shard-0.sqlite');
    const database = openDatabase(path);
    expect(sweep(database, 0)).toBe(0);
    const logIns = (count: number, from: number): number[] =>
      database.together(() =>
        Array.from({ length: count }, (_, i) => {
          const key = new Uint8Array(32);
          new DataView(key.buffer).setUint32(0, from + i);
          return database.worker(database.miner({ type: 'k2', key }), 'x', 0).worker;
        }),
      );
    const early = logIns(4_000, 0);
    expect([sweep(database, 60_000), sweep(database, 120_000), sweep(database, 180_000)]).toEqual([
      null,
      null,
      null,
    ]);
    // Each is a worker and a miner.
    const late = logIns(1_000, 10_000);
    const inUse = { ...NOBODY, workers: Uint32Array.of(early[7]!) };
    expect(sweep(database, 240_000, inUse)).toBe(2 * 3_999);
    expect(ids(path, 'workers')).toEqual([early[7], ...late]);
    expect(ids(path, 'miners')).toHaveLength(1_001);
    // What is known of a row is not believed when it is gone.
    const [again] = logIns(1, 0);
    expect(again).toBe(Math.max(...late) + 1);
    expect(sweep(database, 300_000)).toBeNull();
    expect(sweep(database, 240_000 + 24 * HOUR_MS, inUse)).toBe(2 * 1_000);
    expect(ids(path, 'workers')).toEqual([early[7], again]);
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
