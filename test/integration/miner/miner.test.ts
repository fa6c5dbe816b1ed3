import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Miner, type MinerOptions } from '../../../src/miner/index.js';
import { KeptLog, systemTimers } from '../../surroundings.js';
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
): Promise<{ miner: Miner; log: KeptLog }> {
  const url = await pool.listen();
  cleanups.push(() => pool.close());
  const log = new KeptLog();
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

    const third = pool.sendJob(true);
    await until(
      'shares on the clean job',
      () => pool.submits.filter(({ jobId }) => jobId === third).length >= 5,
    );

    const beforeMask = pool.submits.length;
    pool.setMask(0x00ffe000);
    pool.send({ id: 78, method: 'mining.ping', params: [] });
    await until('the pong', () => pool.pongs === 1);
    await until(
      'shares under the new mask',
      () => pool.submits.filter(({ pongs }) => pongs === 1).length >= 5,
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
    const judged = pool.submits.filter(({ pongs, session }, i) => i < beforeMask || pongs > 0 || session > 1);
    const verdicts = new Set(judged.map(({ verdict }) => verdict));
    expect(verdicts).toEqual(new Set(['valid']));
    const { accepted, rejected, unanswered, jobs, connected } = miner.stats();
    expect({ rejected, jobs, connected }).toEqual({ rejected: 0, jobs: 4, connected: false });
    expect(accepted + unanswered).toBeGreaterThanOrEqual(pool.submits.length);
  });

  it('submits nothing more for an older job once it has read a clean one', async () => {
    const pool = new ToyPool(8, 0x1fffe000);
    const { miner } = await pair(pool, { maxHashrate: 800_000 });
    miner.start();
    await until('a share', () => pool.submits.length > 0);
    const cleanJobs: string[] = [];
    for (let round = 1; round <= 30; round++) {
      cleanJobs.push(pool.sendJob(true));
      pool.send({ id: 100 + round, method: 'mining.ping', params: [] });
      await until(
        'shares behind the pong',
        () => pool.submits.filter(({ pongs }) => pongs === round).length >= 3,
      );
    }
    // A pong is written after the clean job before it was read, and TCP keeps the order. (Between that reading and
    // the pong, shares of the new job may already go out.)
    const tooLate = pool.submits.filter(({ pongs, jobId }) => cleanJobs.indexOf(jobId) < pongs - 1);
    expect(tooLate).toEqual([]);
  });

  it('counts what the pool rejects, by reason, and goes on', async () => {
    const pool = new ToyPool(4, null);
    const answers: unknown[][] = [
      [21, 'Job not found', null],
      [22, 'Duplicate share', null],
      [21, 'Job not found', null],
    ];
    pool.answer = () => answers.pop() ?? null;
    const { miner } = await pair(pool);
    miner.start();
    await until('accepted shares', () => miner.stats().accepted >= 5);
    expect(miner.stats()).toMatchObject({
      rejected: 3,
      stale: 2,
      rejectedByReason: { 'Job not found': 2, 'Duplicate share': 1 },
      difficulty: 2 ** -20,
      connected: true,
    });
    expect(new Set(pool.submits.map(({ versionBits, verdict }) => `${versionBits} ${verdict}`))).toEqual(
      new Set(['undefined valid']),
    );
  });

  it('passes messages on, and comes back when asked to reconnect', async () => {
    const pool = new ToyPool(2, 0x1fffe000);
    const { miner, log } = await pair(pool);
    const texts: string[] = [];
    miner.on('message', (text) => texts.push(text));
    miner.start();
    await until('a share', () => pool.submits.length > 0);
    pool.send({ id: null, method: 'client.show_message', params: ['back soon'] });
    pool.send({ id: null, method: 'client.reconnect', params: ['elsewhere.example', 1, 1] });
    await until('a share of the second session', () => pool.submits.some(({ session }) => session === 2));
    expect(texts).toEqual(['back soon']);
    expect(log.texts.filter((line) => line.includes('elsewhere.example'))).toHaveLength(1);
    expect(pool.submits.every(({ verdict }) => verdict === 'valid')).toBe(true);
  });

  it('keeps to its hashrate limit', async () => {
    const pool = new ToyPool(8, 0x1fffe000);
    const { miner } = await pair(pool, { maxHashrate: 50_000 });
    miner.start();
    await until('the first share', () => pool.submits.length > 0);
    const before = { hashes: miner.stats().hashes, atMs: Date.now() };
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const rate = ((miner.stats().hashes - before.hashes) * 1_000) / (Date.now() - before.atMs);
    // Catching up 100 ms at the start may add 7 %; a busy machine may take more away.
    expect(rate).toBeLessThan(55_000);
    expect(rate).toBeGreaterThan(20_000);
  });

  it('rests while no pool is there', async () => {
    const pool = new ToyPool(8, 0x1fffe000);
    const { miner } = await pair(pool);
    miner.start();
    await until('a share', () => pool.submits.length > 0);
    const lost = once(miner, 'disconnected');
    await pool.close();
    await lost;
    // What its threads had begun they still report, on a busy machine a while later.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const resting = miner.stats().hashes;
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(miner.stats().hashes).toBe(resting);
  });

  it('tells why it is away, and when it tries again, where it never had a connection too', async () => {
    const pool = new ToyPool(8, 0x1fffe000);
    const { miner } = await pair(pool);
    await pool.close();
    const away = once(miner, 'away');
    miner.start();
    expect(await away).toEqual([expect.stringContaining('ECONNREFUSED'), 1_000]);
  });

  it('leaves nothing open after stop: its process ends by itself', async () => {
    const script = fileURLToPath(new URL('./mine-and-stop.js', import.meta.url));
    const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const killer = setTimeout(() => child.kill('SIGKILL'), 15_000);
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += String(chunk);
    });
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    clearTimeout(killer);
    expect({ code, signal, output }).toEqual({ code: 0, signal: null, output: 'stopped\n' });
  });
});
