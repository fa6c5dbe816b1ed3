import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { startBitcoind } from '../bitcoind.js';
import { BLOCK_DIFFICULTY, StratumClient } from '../stratum-client.js';
import { PoolProcess } from './pool-process.js';

// BIP173's P2WPKH example on regtest.
const USER = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';
const USER_SCRIPT = '0014751e76e8199196d454941c45d1b3a323f1433bd6';

describe('solo mode', () => {
  it('pays the miner the whole block and marks nothing', async () => {
    const bitcoind = await startBitcoind();
    const pool = await PoolProcess.start({ nodes: [bitcoind], env: { ORCAPOOL_POOL_MODE: 'solo' } });
    await pool.untilHealthy();
    const miner = await StratumClient.login(pool.stratumPort, USER);
    const block = miner.mine(miner.job, BLOCK_DIFFICULTY);
    expect(await miner.submit(USER, miner.job, block)).toMatchObject({ result: true });
    await pool.until(
      'the block is the tip',
      async () => (await bitcoind.rpc('getbestblockhash')) === block.hash,
    );
    miner.close();

    const { tx } = await bitcoind.rpc<{ tx: { vout: { value: number; scriptPubKey: { hex: string } }[] }[] }>(
      'getblock',
      [block.hash, 2],
    );
    expect(tx[0]!.vout[0]).toMatchObject({ value: 50, scriptPubKey: { hex: USER_SCRIPT } });
    expect(tx[0]!.vout.some(({ scriptPubKey }) => scriptPubKey.hex.includes('4f524331'))).toBe(false);
  });
});

describe('a new tip', () => {
  it('reaches every miner under load, and no share of fresh work is refused', async () => {
    const bitcoind = await startBitcoind();
    const pool = await PoolProcess.start({
      nodes: [bitcoind],
      env: { ORCAPOOL_STRATUM_MAXDIFFICULTY: '0.00001' },
    });
    await pool.untilHealthy();
    const miners = await Promise.all(
      Array.from({ length: 20 }, (_, i) => StratumClient.login(pool.stratumPort, `${USER}.rig${i}`)),
    );
    let mining = true;
    const replies: unknown[] = [];
    const work = miners.map(async (miner, i) => {
      while (mining) {
        const { job } = miner;
        const { result, error } = await miner.submit(`${USER}.rig${i}`, job, miner.mine(job));
        replies.push(result ?? error);
        await sleep(5);
      }
    });
    for (let tip = 0; tip < 5; tip++) {
      await bitcoind.generate(1);
      // One share in a hundred is a block, so the tip may move on meanwhile: the newest is what counts.
      let swapped = '';
      await pool.until('every miner is on the newest tip', async () => {
        const best = await bitcoind.rpc<string>('getbestblockhash');
        swapped = Buffer.from(best, 'hex').reverse().swap32().toString('hex');
        return miners.every(({ job }) => job.prevHash === swapped);
      });
      // A change of difficulty may have sent another job since; the tip's own came first.
      const firstOnTip = miners.map(({ notifies }) => notifies.find(({ prevHash }) => prevHash === swapped));
      expect(firstOnTip.every((notify) => notify?.clean === true)).toBe(true);
    }
    mining = false;
    await Promise.all(work);
    for (const miner of miners) miner.close();
    expect(replies.length).toBeGreaterThan(100);
    expect(replies.filter((reply) => reply !== true)).toEqual([]);
  });
});

describe('two bitcoinds', () => {
  it('carry the pool on when the first one dies', async () => {
    const first = await startBitcoind({ listen: true });
    const second = await startBitcoind();
    await first.generate(1);
    await second.connectTo(first);
    const pool = await PoolProcess.start({ nodes: [first, second] });
    await pool.untilHealthy();
    const miner = await StratumClient.login(pool.stratumPort, USER);
    await first.kill();

    const [hash] = await second.generate(1);
    const swapped = Buffer.from(hash!, 'hex').reverse().swap32().toString('hex');
    await pool.until('work on the tip of the second', () => miner.job.prevHash === swapped);
    const block = miner.mine(miner.job, BLOCK_DIFFICULTY);
    expect(await miner.submit(USER, miner.job, block)).toMatchObject({ result: true });
    await pool.until(
      'the block is the tip',
      async () => (await second.rpc('getbestblockhash')) === block.hash,
    );
    miner.close();
  });
});

describe('a bitcoind that hangs', () => {
  it('holds up no stop, and a block on its way to it lands after the next start', async () => {
    const bitcoind = await startBitcoind();
    const pool = await PoolProcess.start({ nodes: [bitcoind] });
    await pool.untilHealthy();
    const miner = await StratumClient.login(pool.stratumPort, USER);
    bitcoind.pause();
    const block = miner.mine(miner.job, BLOCK_DIFFICULTY);
    expect(await miner.submit(USER, miner.job, block)).toMatchObject({ result: true });
    miner.close();
    await sleep(2_000);
    const stoppingMs = Date.now();
    expect(await pool.stop()).toBe(0);
    expect(Date.now() - stoppingMs).toBeLessThan(10_000);
    await bitcoind.kill();
    await bitcoind.restart();
    expect(await bitcoind.rpc('getblockcount')).toBe(0);

    await pool.launch();
    await pool.until(
      'the block is the tip',
      async () => (await bitcoind.rpc('getbestblockhash')) === block.hash,
    );
  });
});

describe('bitcoind killed', () => {
  it('stops the work honestly, and it resumes by itself', async () => {
    const bitcoind = await startBitcoind();
    await bitcoind.generate(1);
    const pool = await PoolProcess.start({ nodes: [bitcoind] });
    await pool.untilHealthy();
    const miner = await StratumClient.login(pool.stratumPort, USER);
    const { job } = miner;
    await bitcoind.kill();
    await miner.until(() => miner.messages.length > 0);
    expect(miner.messages.at(-1)).toContain('no usable bitcoind');
    expect((await pool.health()).status).toBe(503);
    const refused = await miner.submit(USER, job, miner.mine(job));
    expect(refused.result).not.toBe(true);
    expect(refused.error).not.toBeNull();

    const jobs = miner.notifies.length;
    await bitcoind.restart();
    await miner.until(() => miner.notifies.length > jobs);
    expect(await miner.submit(USER, miner.job, miner.mine())).toMatchObject({ result: true });
    await pool.untilHealthy();
    miner.close();
  });
});

describe('a disk that takes no templates', () => {
  it('stops new work with the right reason, and work resumes by itself', async () => {
    const bitcoind = await startBitcoind();
    const pool = await PoolProcess.start({ nodes: [bitcoind] });
    await pool.untilHealthy();
    const miner = await StratumClient.login(pool.stratumPort, USER);
    const templates = join(pool.datadir, 'templates');
    await rm(templates, { recursive: true });
    await writeFile(templates, '');
    await bitcoind.generate(1);
    await miner.until(() => miner.messages.length > 0);
    expect(miner.messages.at(-1)).toContain('the pool cannot prepare work');
    expect(miner.messages.at(-1)).not.toContain('bitcoind');
    const health = await pool.health();
    expect(health.status).toBe(503);
    expect(JSON.stringify(health.body)).toContain('ENOTDIR');

    await rm(templates);
    await mkdir(templates);
    const jobs = miner.notifies.length;
    await miner.until(() => miner.notifies.length > jobs);
    expect(await miner.submit(USER, miner.job, miner.mine())).toMatchObject({ result: true });
    await pool.untilHealthy();
    miner.close();
  });
});

describe('kill -9 of the whole pool', () => {
  it('between the winning submit and submitblock loses no block', async () => {
    const bitcoind = await startBitcoind();
    const pool = await PoolProcess.start({ nodes: [bitcoind] });
    await pool.untilHealthy();
    const miner = await StratumClient.login(pool.stratumPort, USER);
    const { job } = miner;
    const block = miner.mine(job, BLOCK_DIFFICULTY);
    await bitcoind.kill();
    // True, or refused where the pool has seen by then that its bitcoind is gone: the block is on disk either way.
    await miner.submit(USER, job, block);
    await pool.kill();
    miner.close();
    await bitcoind.restart();
    expect(await bitcoind.rpc('getblockcount')).toBe(0);

    await pool.launch();
    await pool.until(
      'the block is the tip',
      async () => (await bitcoind.rpc('getbestblockhash')) === block.hash,
    );
  });

  it('of the coordinator loses no block that its listener still takes down while the next node starts', async () => {
    const bitcoind = await startBitcoind();
    const pool = await PoolProcess.start({ nodes: [bitcoind], env: { ORCAPOOL_STRATUM_LISTENERS: '1' } });
    await pool.untilHealthy();
    const miner = await StratumClient.login(pool.stratumPort, USER);
    const { job } = miner;
    const block = miner.mine(job, BLOCK_DIFFICULTY);
    const [listener] = await pool.listenerPids();
    process.kill(listener!, 'SIGSTOP');
    const answer = miner.submit(USER, job, block);
    await pool.killCoordinator();
    const launched = pool.launch();
    await sleep(2_000);
    // The new node is up to the port that the old listener still has, as on a disk that is slow to write.
    process.kill(listener!, 'SIGCONT');
    expect(await answer).toMatchObject({ result: true });
    await launched;
    await pool.until(
      'the block is the tip',
      async () => (await bitcoind.rpc('getbestblockhash')) === block.hash,
    );
    miner.close();
  });

  it('of the coordinator alone ends its listeners, and the next start has the port', async () => {
    const bitcoind = await startBitcoind();
    const pool = await PoolProcess.start({ nodes: [bitcoind] });
    await pool.untilHealthy();
    const miner = await StratumClient.login(pool.stratumPort, USER);
    const pids = await pool.listenerPids();
    expect(pids).toHaveLength(2);
    await pool.killCoordinator();
    await pool.until('the listeners have ended', () => pids.every((pid) => !isAlive(pid)), 10_000);
    expect(miner.closed).toBe(true);
    expect(miner.messages.at(-1)).toContain('gone away');
    await pool.launch();
    const again = await StratumClient.login(pool.stratumPort, USER);
    again.close();
  });
});

describe('a dead listener', () => {
  it('is replaced, and its miners are served again', async () => {
    const bitcoind = await startBitcoind();
    const pool = await PoolProcess.start({ nodes: [bitcoind] });
    await pool.untilHealthy();
    const before = await pool.listenerPids();
    process.kill(before[0]!, 'SIGKILL');
    await pool.until('another one', async () => {
      const now = await pool.listenerPids();
      return now.length === 2 && !now.includes(before[0]!);
    });
    const miners = await Promise.all(
      Array.from({ length: 8 }, () => StratumClient.login(pool.stratumPort, USER)),
    );
    for (const miner of miners) {
      expect(await miner.submit(USER, miner.job, miner.mine())).toMatchObject({ result: true });
      miner.close();
    }
  });
});

describe('the wrong chain', () => {
  it('gets no work served: a node that knows the BLAKE2b fork is refused', async () => {
    const bitcoind = await startBitcoind({ extraArgs: ['-testactivationheight=blake2b@200'] });
    const pool = await PoolProcess.start({ nodes: [bitcoind] });
    const miner = await StratumClient.connect(pool.stratumPort);
    await miner.subscribe();
    await miner.call('mining.authorize', [USER, 'x']);
    await miner.until(() => miner.messages.length > 0);
    await sleep(500);
    expect(miner.notifies).toEqual([]);
    miner.close();
    const health = await pool.health();
    expect(health.status).toBe(503);
    expect(JSON.stringify(health.body)).toContain('blake2b');
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
