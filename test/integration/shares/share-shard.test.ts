import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { ManualClock, toHex } from '../../../src/lib/index.js';
import { ShareShard, type StoredBlock } from '../../../src/shares/index.js';
import { loggedHashes } from './logged-hashes.js';
import { appendAll, appended, silentLogger, steady } from './shard-surroundings.js';
import { newFolder, openShard } from './shard-test.js';
import { PAYOUT, partsOn, ShareSource, templateOn } from './share-source.js';

const WEEK_MS = 7 * 86_400_000;

function blockOf(byte: number): StoredBlock {
  return {
    hash: new Uint8Array(32).fill(byte),
    header: new Uint8Array(80).fill(byte),
    coinbase: Uint8Array.of(1, 2, 3),
    templateId: '00000000000000aa',
    hasWitnessCommitment: true,
    height: 102,
    worker: 'someone.rig',
    foundMs: 1_700_000_000_000,
  };
}

function countOf(path: string, table: string): number {
  const database = new Database(path, { readonly: true });
  try {
    return database.prepare<[], { n: number }>(`SELECT count(*) AS n FROM ${table}`).get()!.n;
  } finally {
    database.close();
  }
}

describe('a shard', () => {
  const newPath = (): string => join(newFolder(), 'shard.sqlite');

  it('acknowledges a share only when another connection can read it', async () => {
    const path = newPath();
    const shard = await openShard(path);
    const source = await ShareSource.on(shard, partsOn(1));
    const late: string[] = [];
    await Promise.all(
      source.take(50).map(
        (share) =>
          new Promise<void>((resolve) => {
            shard.append(share, (error) => {
              if (error !== null || !loggedHashes(path).includes(toHex(share.hash))) {
                late.push(toHex(share.hash));
              }
              resolve();
            });
          }),
      ),
    );
    expect(late).toEqual([]);
    await shard.close();
  });

  it('acknowledges and stores shares in the order they came, over many batches', async () => {
    const path = newPath();
    const shard = await openShard(path);
    const shares = (await ShareSource.on(shard, partsOn(1))).take(300);
    const order: string[] = [];
    const all: Promise<void>[] = [];
    for (const [i, share] of shares.entries()) {
      all.push(appended(shard, share).then(() => void order.push(toHex(share.hash))));
      if (i % 40 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await Promise.all(all);
    await shard.close();
    const wanted = shares.map(({ hash }) => toHex(hash));
    expect(order).toEqual(wanted);
    expect(loggedHashes(path)).toEqual(wanted);
    expect(countOf(path, 'batches')).toBeGreaterThan(1);
    expect(countOf(path, 'batches')).toBeLessThan(100);
  });

  it('refuses shares past the bound of unacknowledged ones, and takes more once those are on disk', async () => {
    const shard = await openShard(newPath(), { maxUnacknowledged: 5 });
    const source = await ShareSource.on(shard, partsOn(1));
    const first = appendAll(shard, source.take(5));
    await expect(appended(shard, source.next())).rejects.toMatchObject({ code: 'SHARE_LOG_FULL' });
    await first;
    await appended(shard, source.next());
    await shard.close();
  });

  it('numbers jobs upwards across restarts, and stores equal templates, shapes and bindings once', async () => {
    const path = newPath();
    const shard = await openShard(path);
    const first = await shard.addJob(partsOn(1));
    const second = await shard.addJob(partsOn(2));
    const again = await shard.addJob(partsOn(1));
    await shard.close();
    const reopened = await openShard(path);
    const afterRestart = await reopened.addJob(partsOn(1));
    await reopened.close();
    expect([first, second, again, afterRestart]).toEqual([1, 2, 3, 4]);
    expect(countOf(path, 'templates')).toBe(2);
    expect(countOf(path, 'shapes')).toBe(1);
    expect(countOf(path, 'bindings')).toBe(1);
  });

  it('knows a miner, a worker and a signature again after a restart', async () => {
    const path = newPath();
    const before = await openShard(path);
    const miner = await before.miner(PAYOUT);
    const { worker } = await before.worker(miner, 'rig');
    const signature = await before.signature(Uint8Array.of(1, 2));
    await before.close();
    const after = await openShard(path);
    expect(await after.miner(PAYOUT)).toBe(miner);
    expect((await after.worker(miner, 'rig')).worker).toBe(worker);
    expect((await after.worker(miner, 'other')).worker).not.toBe(worker);
    expect(await after.signature(Uint8Array.of(1, 2))).toBe(signature);
    expect(await after.signature(new Uint8Array(0))).toBe(0);
    await after.close();
  });

  it('remembers what was proved after a clock that had been ahead was set right', async () => {
    const shard = await openShard(newPath());
    const source = await ShareSource.on(shard, partsOn(1));
    const { worker, record } = source.next();
    shard.remember(worker, 512, Date.now() + WEEK_MS, 'cgminer/4.11.1');
    await appendAll(shard, source.take(1));
    expect(await shard.worker(record.miner, 'rig')).toMatchObject({ difficulty: { value: 512 } });
    const atMs = Date.now();
    shard.remember(worker, 16, atMs, 'NerdMiner');
    await appendAll(shard, source.take(1));
    const { difficulty } = await shard.worker(record.miner, 'rig');
    expect(difficulty).toEqual({ value: 16, atMs, userAgent: 'NerdMiner' });
    await shard.close();
  });

  it('remembers a worker’s best hash for ever and its difficulty for a day', async () => {
    const path = newPath();
    const shard = await openShard(path);
    const source = await ShareSource.on(shard, partsOn(1));
    const shares = source.take(20);
    await appendAll(shard, shares);
    const { worker } = shares[0]!;
    shard.remember(worker, 512, Date.now(), 'cgminer/4.11.1');
    // Older ones change nothing, in the same batch or a later one.
    shard.remember(worker, 8, Date.now() - 1_000, 'NerdMiner');
    await appendAll(shard, source.take(1));
    shard.remember(worker, 16, Date.now() - 1_000, 'NerdMiner');
    await shard.close();
    const best = Math.max(...shares.map(({ hashDifficulty }) => hashDifficulty));
    const miner = shares[0]!.record.miner;

    const nextDay = await openShard(
      path,
      { retentionMs: WEEK_MS },
      { ...steady, wallMs: () => Date.now() + 86_000_000 },
    );
    expect(await nextDay.worker(miner, 'rig')).toMatchObject({
      difficulty: { value: 512, userAgent: 'cgminer/4.11.1' },
      bestEver: best,
    });
    await nextDay.close();
    const later = await openShard(
      path,
      { retentionMs: WEEK_MS },
      { ...steady, wallMs: () => Date.now() + 86_500_000 },
    );
    expect(await later.worker(miner, 'rig')).toMatchObject({ difficulty: null, bestEver: best });
    await later.close();
  });

  it('remembers a worker’s best of the week until Monday, over a restart too', async () => {
    const path = newPath();
    const sunday = Date.UTC(2026, 10, 22, 23, 59, 59);
    const openAt = (nowMs: number): Promise<ShareShard> =>
      openShard(path, { retentionMs: 8 * WEEK_MS }, { ...steady, wallMs: () => nowMs });
    const before = await openAt(sunday - 6 * 86_400_000);
    const shares = (await ShareSource.on(before, partsOn(1))).take(20);
    await appendAll(before, shares);
    await before.close();
    const { miner } = shares[0]!.record;
    const best = Math.max(...shares.map(({ hashDifficulty }) => hashDifficulty));

    const sameWeek = await openAt(sunday);
    expect(await sameWeek.worker(miner, 'rig')).toMatchObject({ bestEver: best, bestWeek: best });
    await sameWeek.close();
    const nextWeek = await openAt(sunday + 1_000);
    expect(await nextWeek.worker(miner, 'rig')).toMatchObject({ bestEver: best, bestWeek: 0 });
    await nextWeek.close();
  });

  it('never hands out an extranonce1 twice, over a restart too', async () => {
    const path = newPath();
    const before = await openShard(path);
    expect(await before.reserveExtranonce1(100)).toBe(0);
    await before.close();
    const after = await openShard(path);
    expect(await after.reserveExtranonce1(1 << 24)).toBe(100);
    expect(await after.reserveExtranonce1(1)).toBe(100);
    await after.close();
  });

  it('gives back the hashes of one previous block, however old and over how many jobs, and of no other', async () => {
    const path = newPath();
    const early = await openShard(path, {}, { ...steady, wallMs: () => 1_000_000 });
    const first = (await ShareSource.on(early, partsOn(1))).take(3);
    await appendAll(early, first);
    await appendAll(early, (await ShareSource.on(early, partsOn(2))).take(4));
    const again = (await ShareSource.on(early, partsOn(1, 8n))).take(2);
    await appendAll(early, again);
    await early.close();
    const late = await openShard(path, { retentionMs: 1e15 }, { ...steady, wallMs: () => 50_000_000 });
    const found = [...(await late.hashesOn(templateOn(1).prevHash))].map(toHex);
    expect(found.sort()).toEqual([...first, ...again].map(({ hash }) => toHex(hash)).sort());
    expect([...(await late.hashesOn(templateOn(3).prevHash))]).toEqual([]);
    await late.close();
  });

  it('has a block on disk before a share appended after it is acknowledged', async () => {
    const path = newPath();
    const shard = await openShard(path);
    const source = await ShareSource.on(shard, partsOn(1));
    shard.block(blockOf(9), () => {});
    await appended(shard, source.next());
    expect(countOf(path, 'blocks')).toBe(1);
    await shard.close();
  });

  it('commits what waits when it is closed, and refuses what comes later', async () => {
    const path = newPath();
    const shard = await openShard(path, { batchIntervalMs: 60_000 });
    const source = await ShareSource.on(shard, partsOn(1));
    const waiting = appendAll(shard, source.take(10));
    shard.count(null, 'stale', 7n);
    await Promise.all([shard.close(), waiting]);
    expect(loggedHashes(path)).toHaveLength(10);
    await expect(appended(shard, source.next())).rejects.toMatchObject({ code: 'SHARE_LOG_CLOSED' });
    await expect(shard.miner(PAYOUT)).rejects.toMatchObject({ code: 'SHARE_LOG_CLOSED' });
  });

  it('refuses a batch with a share that nobody could recompute, and stores nothing of it', async () => {
    const path = newPath();
    const shard = await openShard(path);
    const source = await ShareSource.on(shard, partsOn(1));
    const good = source.next();
    const jobless = { ...good, record: { ...good.record, job: 99 } };
    const results = await Promise.allSettled([appended(shard, good), appended(shard, jobless)]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(loggedHashes(path)).toEqual([]);
    expect(shard.fault).toBeNull();
    await appended(shard, good);
    expect(loggedHashes(path)).toEqual([toHex(good.hash)]);
    await shard.close();
  });

  it('fails shares and calls while the file cannot be written, says so, and recovers with nothing lost', async () => {
    const path = newPath();
    const shard = await openShard(path);
    const source = await ShareSource.on(shard, partsOn(1));
    const [first, second] = [source.next(), source.next()];
    const blocker = new Database(path);
    blocker.exec('BEGIN IMMEDIATE');
    shard.count(first.worker, 'stale', 7n);
    const block = new Promise<unknown>((resolve) => shard.block(blockOf(8), resolve));
    await expect(appended(shard, first)).rejects.toMatchObject({ code: 'SHARE_LOG_FAILED' });
    expect(await block).toMatchObject({ code: 'SHARE_LOG_FAILED' });
    await expect(shard.addJob(partsOn(2))).rejects.toMatchObject({ code: 'SHARE_LOG_FAILED' });
    expect(shard.fault).toMatch(/SQLITE_BUSY/);
    blocker.exec('ROLLBACK');
    blocker.close();
    for (let i = 0; i < 400 && shard.fault !== null; i++)
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect(shard.fault).toBeNull();
    await appended(shard, second);
    await shard.close();
    expect(loggedHashes(path)).toEqual([toHex(second.hash)]);
    expect(countOf(path, 'blocks')).toBe(1);
    const database = new Database(path, { readonly: true });
    expect(database.prepare('SELECT accepted, stale, work FROM rounds WHERE round = 7').all()).toEqual([
      { accepted: 1, stale: 1, work: '2' },
    ]);
    database.close();
  });

  it('forgets idle rows while it is in use, but none that a session or a share on its way names', async () => {
    const path = newPath();
    const clock = new ManualClock();
    const shard = await openShard(path, { batchIntervalMs: 3 }, clock);
    const source = await ShareSource.on(shard, partsOn(1));
    const miner = await shard.miner(PAYOUT);
    const [used, idle, counted] = [
      await shard.worker(miner, 'used'),
      await shard.worker(miner, 'idle'),
      await shard.worker(miner, 'counted'),
    ];
    await shard.worker(miner, 'newest');
    const words = [await shard.signature(Uint8Array.of(1)), await shard.signature(Uint8Array.of(2))];
    await shard.signature(Uint8Array.of(3));
    shard.sweepBeside(() => ({ workers: [used.worker], signatures: [words[0]!] }));
    // A sweep of tables as small as these has three slices, and each call leaves the thread time for one.
    const swept = async (): Promise<void> => {
      await new Promise((resolve) => setImmediate(resolve));
      for (let call = 0; call < 24; call++) {
        await shard.barrier();
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    await swept();
    // Of the last two minutes everything stays.
    for (const ms of [60_000, 60_000, 86_400_000 - 120_000 - 1]) {
      clock.advance(ms);
      await swept();
    }
    const done = appended(shard, source.next());
    shard.count(counted.worker, 'invalid', 7n);
    clock.advance(1);
    await shard.barrier();
    clock.advance(3);
    await done;
    for (let i = 0; i < 400 && countOf(path, 'signatures') > 3; i++)
      await new Promise((resolve) => setTimeout(resolve, 10));
    await shard.close();
    const database = new Database(path, { readonly: true });
    const names = database.prepare('SELECT name FROM workers ORDER BY id').pluck().all();
    const kept = database.prepare('SELECT bytes FROM signatures WHERE id > 0').pluck().all();
    database.close();
    expect(idle.worker).toBeGreaterThan(used.worker);
    expect(names).toEqual(['rig', 'used', 'counted', 'newest']);
    expect(kept.map((bytes) => (bytes as Uint8Array)[0])).toEqual([1, 3]);
  });

  it('fails everything outstanding, in order, when its thread ends by itself', async () => {
    const thread = new Worker(new URL('./dying-thread.js', import.meta.url));
    const shard = await ShareShard.over(
      thread,
      { path: 'none', retentionMs: WEEK_MS, batchIntervalMs: 3, maxUnacknowledged: 100 },
      silentLogger,
      steady,
    );
    const source = new ShareSource(partsOn(1), { job: 1, miner: 1, worker: 1 });
    const told: [number, string | null][] = [];
    const appendNth = (n: number): Promise<void> =>
      new Promise((resolve) => {
        shard.append(source.next(), (error) => {
          told.push([n, error?.code ?? null]);
          resolve();
        });
      });
    const inFlight = [appendNth(0), appendNth(1)];
    while (shard.unacknowledged > 0 && told.length === 0)
      await new Promise((resolve) => setTimeout(resolve, 4));
    await Promise.all(inFlight);
    expect(told).toEqual([
      [0, 'SHARE_LOG_DEAD'],
      [1, 'SHARE_LOG_DEAD'],
    ]);
    expect(await shard.died).toMatchObject({ code: 'SHARE_LOG_DEAD' });
    await expect(shard.miner(PAYOUT)).rejects.toMatchObject({ code: 'SHARE_LOG_DEAD' });
    await expect(appended(shard, source.next())).rejects.toMatchObject({ code: 'SHARE_LOG_DEAD' });
    await shard.close();
  });

  it('ends when a page is damaged that a commit needs, and not when old batches cannot be removed', async () => {
    const thread = new Worker(new URL('./damaged-thread.js', import.meta.url));
    const shard = await ShareShard.over(
      thread,
      {
        path: '/data/shares/shard-7.sqlite',
        retentionMs: WEEK_MS,
        batchIntervalMs: 3,
        maxUnacknowledged: 100,
      },
      silentLogger,
      steady,
    );
    // Answered behind the first look for old batches.
    expect(await shard.miner(PAYOUT)).toBe(1);
    expect(shard.fault).toBeNull();
    const source = new ShareSource(partsOn(1), { job: 1, miner: 1, worker: 1 });
    await expect(appended(shard, source.next())).rejects.toMatchObject({ code: 'SHARE_LOG_DAMAGED' });
    const died = await shard.died;
    expect(died.message).toContain('shares/shard-7.sqlite is damaged (SQLITE_CORRUPT)');
    expect(shard.fault).toBe(died.message);
    await expect(appended(shard, source.next())).rejects.toMatchObject({ code: 'SHARE_LOG_DAMAGED' });
    await shard.close();
  });

  it('says why it cannot be opened: no such folder, or a file of newer software', async () => {
    await expect(openShard(join(newFolder(), 'missing', 'shard.sqlite'))).rejects.toMatchObject({
      code: 'SHARE_LOG_FAILED',
    });
    const path = newPath();
    const database = new Database(path);
    database.exec('CREATE TABLE of_a_later_step (id INTEGER); PRAGMA user_version = 99');
    database.close();
    await expect(openShard(path)).rejects.toThrow(/SHARD_TOO_NEW/);
  });
});
