import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { startBitcoind } from '../bitcoind.js';
import { StratumClient } from '../stratum-client.js';
import { PoolProcess } from './pool-process.js';

const run = promisify(execFile);
const MAIN = fileURLToPath(new URL('../../src/main.js', import.meta.url));
// BIP173's P2WPKH example on regtest.
const USER = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';

function orcapool(pool: PoolProcess, ...words: readonly string[]): Promise<{ stdout: string }> {
  return run(process.execPath, [MAIN, ...words, '--network', 'regtest', '--datadir', pool.datadir], {
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' },
  });
}

interface Audit {
  statistics: { valid_shares: number; unique_workers: number };
  recent_shares: { hash: string }[];
}

/** Totals are read from the log once a second. */
async function audit(pool: PoolProcess): Promise<Audit> {
  await sleep(1_100);
  return (await pool.get('/audit?limit=100'))!.body;
}

async function mineShares(pool: PoolProcess, count: number): Promise<string[]> {
  const miner = await StratumClient.login(pool.stratumPort, `${USER}.rig1`);
  const hashes: string[] = [];
  for (let i = 0; i < count; i++) {
    const { job } = miner;
    const share = miner.mine(job);
    expect(await miner.submit(`${USER}.rig1`, job, share)).toMatchObject({ result: true });
    hashes.push(share.hash);
  }
  miner.close();
  return hashes;
}

describe('a restart of the pool', () => {
  it.each([
    ['in good order', (pool: PoolProcess) => pool.stop()],
    ['after kill -9', (pool: PoolProcess) => pool.kill()],
  ])('%s has every acknowledged share in the log, and each can be recomputed', async (_how, end) => {
    const bitcoind = await startBitcoind();
    const pool = await PoolProcess.start({ nodes: [bitcoind] });
    await pool.untilHealthy();
    const before = await mineShares(pool, 12);
    await end(pool);
    await pool.launch();
    await pool.untilHealthy();
    const after = await mineShares(pool, 5);

    const { statistics, recent_shares } = await audit(pool);
    expect(statistics).toMatchObject({ valid_shares: 17, unique_workers: 1 });
    expect(recent_shares.map(({ hash }) => hash).sort()).toEqual([...before, ...after].sort());

    expect((await orcapool(pool, 'verify', 'shares')).stdout).toContain('17 shares recomputed, 0 failed');
    const { stdout } = await orcapool(pool, 'verify', 'share', before[0]!);
    expect(stdout).toContain('The share stands.');
    expect(stdout).toContain(before[0]!);
  });

  it('sends no job id again, whether the whole node was killed or one listener', async () => {
    const bitcoind = await startBitcoind();
    const pool = await PoolProcess.start({ nodes: [bitcoind] });
    const given: string[] = [];
    const jobsOfMiners = async (): Promise<void> => {
      await pool.untilHealthy();
      const miners = await Promise.all(
        Array.from({ length: 8 }, () => StratumClient.login(pool.stratumPort, USER)),
      );
      const before = miners.map(({ job }) => job.prevHash);
      await bitcoind.generate(1);
      for (const [i, miner] of miners.entries()) await miner.until(() => miner.job.prevHash !== before[i]);
      for (const miner of miners) {
        given.push(...miner.notifies.map(({ jobId }) => jobId));
        miner.close();
      }
    };
    await jobsOfMiners();
    for (const pid of await pool.listenerPids()) process.kill(pid, 'SIGKILL');
    await pool.until('the listeners are gone', async () => (await pool.get('/healthz'))?.status !== 200);
    await jobsOfMiners();
    await pool.kill();
    await pool.launch();
    await jobsOfMiners();
    // Eight miners, three times, with two works each.
    expect(given.length).toBeGreaterThanOrEqual(48);
    expect(new Set(given).size).toBe(given.length);
  });

  it('ends within ten seconds when asked, with exit code 0', async () => {
    const bitcoind = await startBitcoind();
    const pool = await PoolProcess.start({ nodes: [bitcoind] });
    await pool.untilHealthy();
    const miner = await StratumClient.login(pool.stratumPort, USER);
    const startedMs = Date.now();
    expect(await pool.stop()).toBe(0);
    expect(Date.now() - startedMs).toBeLessThan(10_000);
    expect(miner.messages.at(-1)).toContain('stopping');
  });
});

describe('a reorganisation after a restart', () => {
  it('makes no share count again that counted before', async () => {
    const bitcoind = await startBitcoind();
    const env = { ORCAPOOL_BITCOIN_REFRESHSECONDS: '600' };
    const pool = await PoolProcess.start({ nodes: [bitcoind], env });
    await pool.untilHealthy();
    const miner = await StratumClient.login(pool.stratumPort, `${USER}.rig1`);
    const ancestor = miner.job.prevHash;
    await bitcoind.generate(1);
    await pool.until('the second work of the start', () => miner.job.prevHash !== ancestor);
    const { job } = miner;
    const share = miner.mine(job);
    expect(await miner.submit(`${USER}.rig1`, job, share)).toMatchObject({ result: true });
    miner.close();
    await pool.kill();
    const [other] = await bitcoind.generate(1);
    await pool.launch();
    await pool.untilHealthy();
    const watching = await StratumClient.login(pool.stratumPort, USER);
    await bitcoind.rpc('invalidateblock', [other]);
    await pool.until('work on the tip of before', () => watching.job.prevHash === job.prevHash);
    watching.close();
    // Works of a start have sequences of their own; as the second of this one it has the same coinbase.
    expect(watching.job.coinb2.slice(0, 8)).toBe(job.coinb2.slice(0, 8));
    const round = Math.floor((Date.now() - Date.UTC(2026, 0, 1)) / 86_400_000);
    const response = await fetch(`http://127.0.0.1:${pool.httpPort}/submission/${round}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        hash: share.hash,
        difficulty: 0.00001,
        block_height: 2,
        worker_id: `${USER}.rig1`,
        submission_id: 'again',
        header: share.header.toString('hex'),
        coinbase: share.coinbase.toString('hex'),
        bits: '1f0186a1',
      }),
    });
    expect(await response.json()).toMatchObject({ error: { code: 'SHARE_DUPLICATE' } });
    expect((await orcapool(pool, 'verify', 'shares')).stdout).toContain('1 shares recomputed, 0 failed');
  });
});

describe('a share handed in with its full proof', () => {
  it('is credited once, whichever way it comes first', async () => {
    const bitcoind = await startBitcoind();
    const pool = await PoolProcess.start({ nodes: [bitcoind] });
    await pool.untilHealthy();
    const miner = await StratumClient.login(pool.stratumPort, `${USER}.rig1`);
    const round = Math.floor((Date.now() - Date.UTC(2026, 0, 1)) / 86_400_000);
    const { job } = miner;
    const share = miner.mine(job);
    const body = {
      hash: share.hash,
      difficulty: 0.00001,
      block_height: 1,
      worker_id: `${USER}.rig1`,
      submission_id: 'first',
      header: share.header.toString('hex'),
      coinbase: share.coinbase.toString('hex'),
      // The committed bits of difficulty 0.00001 (see pool.test).
      bits: '1f0186a1',
    };
    const post = async (content: object): Promise<number> => {
      const response = await fetch(`http://127.0.0.1:${pool.httpPort}/submission/${round}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(content),
      });
      await response.text();
      return response.status;
    };
    expect(await post({ ...body, submission_id: 'lie', difficulty: 1 })).toBe(422);
    expect(
      await post({ ...body, submission_id: 'thief', worker_id: 'mkHS9ne12qx9pS9VojpwU5xtRd4T7X7ZUt' }),
    ).not.toBe(200);
    expect(await post(body)).toBe(200);
    expect(await post(body)).toBe(200);
    expect(await post({ ...body, submission_id: 'second' })).not.toBe(200);
    expect((await miner.submit(`${USER}.rig1`, job, share)).error?.[0]).toBe(22);
    miner.close();
    const { statistics } = await audit(pool);
    expect(statistics.valid_shares).toBe(1);
  });
});
