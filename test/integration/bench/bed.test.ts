/** The bench's own instruments, on a real pool: one of which nothing could ever be found wrong would measure nothing. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { measured, withMiners } from '../../bench/bed.js';
import { BenchPool, DIFFICULTY } from '../../bench/load/bench-pool.js';
import { Load } from '../../bench/load/load.js';
import { payoutAddress } from '../../bench/load/payout-addresses.js';
import { benchOtherPort, parsePort } from '../../bench/other-port.js';
import { QUICK } from '../../bench/scale.js';

const MINERS = 20;
const BED = { connections: MINERS, loads: 1 };
const ROW = { id: 'a row', bench: 'bench', what: 'a few shares' };
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orcapool-bed-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** While the pool runs: SQLite lets another process in between two commits. */
function alterLog(sql: string): void {
  const shards = join(folder, 'data', 'shares');
  const shard = readdirSync(shards).find((name) => name.endsWith('.sqlite'))!;
  const database = new Database(join(shards, shard), { timeout: 5_000 });
  expect(database.prepare(sql).run().changes).toBeGreaterThan(0);
  database.close();
}

describe('a row on a whole pool', () => {
  it('finds every share answered true in the log', async () => {
    const [row] = await withMiners(folder, BED, async ({ pool, load }) => {
      await load.prepare(10);
      return [await measured(ROW, pool, () => load.pace(100, 500))];
    });
    expect(row).toMatchObject({ refused: 0, uncredited: 0, p50Ms: expect.any(Number) });
    // 100 a second for half a second, and none but those.
    expect(row!.held).toBeGreaterThanOrEqual(45);
    expect(row!.held).toBeLessThanOrEqual(50);
  });

  it('fails when a batch of them is not there', async () => {
    const row = withMiners(folder, BED, async ({ pool, load }) => {
      await load.prepare(10);
      const all = await measured(ROW, pool, () => load.pace(100, 500));
      alterLog('DELETE FROM batches WHERE id = (SELECT max(id) FROM batches)');
      return [all];
    });
    await expect(row).rejects.toThrow(/\d+ of \d+ shares answered true are not in the share log/);
  });

  it('fails when shares were stored that nobody was told of', async () => {
    const row = withMiners(folder, BED, async ({ pool, load }) => {
      await load.prepare(10);
      const all = await measured(ROW, pool, () => load.pace(100, 500));
      alterLog(
        `INSERT INTO batches (id, committed_ms, records, hashes, workers)
         SELECT id + 1, committed_ms, records, hashes, workers FROM batches ORDER BY id DESC LIMIT 1`,
      );
      return [all];
    });
    await expect(row).rejects.toThrow('shares of the log were not answered true, or are in it twice');
  });

  it('has a miner refused by the limits that every node has, not exempted from them', async () => {
    const pool = await BenchPool.start(folder, { listeners: 1, maxConnections: 1_000 });
    const load = await Load.start(1);
    try {
      const opened = await load.open({
        ...{ host: '127.0.0.1', port: pool.port, password: `d=${DIFFICULTY}`, username: null, firstRig: 0 },
        // One more than an address may have.
        ...{ connections: 129, perAddress: 129, perSecond: 0, mayBeRefused: true },
      });
      expect(opened.connections).toBe(128);
      await sleep(1_500);
      expect([...(await pool.drops()).values()]).toEqual([1]);
    } finally {
      await load.stop();
      await pool.stop();
    }
  });

  it('tells how long a listener stood still, also when that began as the row did', async () => {
    const pool = await BenchPool.start(folder, { listeners: 2, maxConnections: 1_000 });
    try {
      const [pid] = pool.listenerPids();
      let quietMs = Number.POSITIVE_INFINITY;
      // A machine that is busy with other tests lets it wait as well, but not each time.
      for (let i = 0; i < 20 && quietMs > 500; i++) {
        [, quietMs] = await pool.withLongestStall(() => sleep(300));
      }
      const [, stoppedMs] = await pool.withLongestStall(async () => {
        process.kill(pid!, 'SIGSTOP');
        await sleep(1_000);
        process.kill(pid!, 'SIGCONT');
      });
      expect(quietMs).toBeLessThan(500);
      // It may have slept for the first 51 ms.
      expect(stoppedMs).toBeGreaterThan(940);
    } finally {
      await pool.stop();
    }
  });
});

describe("another pool's port", () => {
  it('is driven by the same load, and said to be held against nothing', async () => {
    const pool = await BenchPool.start(folder, { listeners: 1, maxConnections: 5_000 });
    try {
      const target = {
        ...parsePort(`127.0.0.1:${pool.port}`)!,
        username: payoutAddress(0),
        password: `d=${DIFFICULTY}`,
      };
      const rows = await benchOtherPort(
        { ...target, perAddress: 128, pids: pool.pids() },
        { ...QUICK, lastingMs: 300 },
      );
      for (const { rate, note, refused, cores, cpuUs } of rows) {
        expect(refused).toBe(0);
        expect(cores).toBeGreaterThan(0.01);
        expect(cpuUs! / ((1e6 * cores!) / rate!)).toBeCloseTo(1, 6);
        expect(rate).toBeGreaterThan(100);
        expect(note).toContain('held against no log');
      }
    } finally {
      await pool.stop();
    }
  });

  it('is refused where its difficulty is beyond grinding', async () => {
    const pool = await BenchPool.start(folder, {
      listeners: 1,
      maxConnections: 5_000,
      env: {
        ORCAPOOL_STRATUM_MINDIFFICULTY: '0.0001',
        ORCAPOOL_STRATUM_STARTDIFFICULTY: '0.0001',
        ORCAPOOL_STRATUM_MAXDIFFICULTY: '0.0001',
      },
    });
    try {
      const target = { ...parsePort(`127.0.0.1:${pool.port}`)!, username: payoutAddress(0), password: 'x' };
      // 100 miners, 600 shares each of 429,497 hashes: 2.6e10.
      const rows = benchOtherPort({ ...target, perAddress: 128, pids: [] }, { ...QUICK, lastingMs: 300 });
      await expect(rows).rejects.toThrow(
        "at the pool's difficulty of 0.0001 the load would take 2.6e+10 hashes",
      );
    } finally {
      await pool.stop();
    }
  });

  it('is a host and a port', () => {
    expect(parsePort('127.0.0.1:3333')).toEqual({ host: '127.0.0.1', port: 3333 });
    for (const text of ['3333', 'host', 'host:0', 'host:70000', 'stratum+tcp://host:1', '']) {
      expect(parsePort(text)).toBeNull();
    }
  });
});
