import { once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Miner, type MinerOptions } from '../../../src/miner/index.js';
import { MemoryLog, systemTimers } from './system-timers.js';
import { ToyPool } from './toy-pool.js';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function until(what: string, condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`not within 20 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function pair(
  pool: ToyPool,
  options: Partial<MinerOptions> = {},
): Promise<{ miner: Miner; log: MemoryLog }> {
  const url = await pool.listen();
  cleanups.push(() => pool.close());
  const log = new MemoryLog();
  const miner = new Miner(
    {
      url,
      user: 'somebody.rig',
      password: 'x',
      threads: 2,
      maxHashrate: 400_000,
      versionRolling: true,
      userAgent: 'orcapool-miner/0.1',
      ...options,
    },
    log,
    systemTimers,
  );
  cleanups.push(() => miner.stop());
  return { miner, log };
}

describe('a miner at a pool that recomputes every share', () => {
  it('mines valid shares through changed difficulty, a clean job, a changed mask and a lost connection', async () => {
    const pool = new ToyPool(8, 0x1fffe000);
    const { miner } = await pair(pool);
    miner.start();

    // 1/2^20 is 4096 hashes a share: about a hundred a second at this pace.
    await until('twenty shares', () => pool.submits.length >= 20);
    expect(pool.received.slice(0, 3).map((message) => message.method)).toEqual([
      'mining.configure',
      'mining.subscribe',
      'mining.authorize',
    ]);
    expect(new Set(pool.submits.map((submit) => submit.versionBits)).size).toBeGreaterThan(1);

    // A new difficulty waits for the next job.
    pool.setDifficulty(18);
    const before = pool.submits.length;
    await until('twenty shares more', () => pool.submits.length >= before + 20);
    const harder = (0xffffn << 208n) << 18n;
    expect(pool.submits.slice(before + 5).some((submit) => submit.hash > harder)).toBe(true);
    const second = pool.sendJob(false);
    await until(
      'shares on the second job',
      () => pool.submits.filter(({ jobId }) => jobId === second).length >= 5,
    );
    expect(pool.submits.filter(({ jobId }) => jobId === second).every(({ hash }) => hash <= harder)).toBe(
      true,
    );

    // The pong was written after the clean job was read, so nothing behind it may be for an older job.
    const third = pool.sendJob(true);
    pool.send({ id: 77, method: 'mining.ping', params: [] });
    await until('the pong', () => pool.pongs === 1);
    await until(
      'shares on the clean job',
      () => pool.submits.filter(({ jobId }) => jobId === third).length >= 5,
    );
    expect(new Set(pool.submits.filter(({ pongs }) => pongs === 1).map(({ jobId }) => jobId))).toEqual(
      new Set([third]),
    );

    const beforeMask = pool.submits.length;
    pool.setMask(0x00ffe000);
    pool.send({ id: 78, method: 'mining.ping', params: [] });
    await until('the second pong', () => pool.pongs === 2);
    await until(
      'shares under the new mask',
      () => pool.submits.filter(({ pongs }) => pongs === 2).length >= 5,
    );

    const lost = once(miner, 'disconnected');
    pool.dropConnection();
    await lost;
    expect(miner.stats().connected).toBe(false);
    await until(
      'shares after the reconnect',
      () => pool.submits.filter(({ session }) => session === 2).length >= 5,
    );

    await miner.stop();
    // Only what was in flight when the mask narrowed may have missed it.
    const judged = pool.submits.filter(({ pongs }, i) => i < beforeMask || pongs !== 1);
    const verdicts = new Set(judged.map(({ verdict }) => verdict));
    expect(verdicts).toEqual(new Set(['valid']));
    const { accepted, rejected, unanswered, jobs, connected } = miner.stats();
    expect({ rejected, jobs, connected }).toEqual({ rejected: 0, jobs: 4, connected: false });
    expect(accepted + unanswered).toBeGreaterThanOrEqual(pool.submits.length);
  });
});
