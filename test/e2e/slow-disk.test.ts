/** A disk whose every fsync takes long, from the first start on: see `test/disk-fault/`. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { startBitcoind, temporaryFolder } from '../bitcoind.js';
import { FaultyDisk } from '../disk-fault/faulty-disk.js';
import { BLOCK_DIFFICULTY, StratumClient } from '../stratum-client.js';
import { poolOnDisk } from './pool-on-disk.js';
import { PoolProcess } from './pool-process.js';
import { SteadyMiners } from './steady-miners.js';

// BIP173's P2WPKH example on regtest.
const USER = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';

it('a first start, and one right after kill -9, come up on a disk whose fsync takes seconds', async () => {
  const disk = await FaultyDisk.make(await temporaryFolder(), 'shard-');
  // Making a shard takes five fsyncs, one behind the other, and so more than the five seconds after which it is told.
  await disk.set('slow 1500');
  const bitcoind = await startBitcoind();
  const pool = await PoolProcess.start({ nodes: [bitcoind], env: disk.env });
  const said = pool.output.split('\n').map((line) => /"msg":"([^"]*)"/.exec(line)?.[1] ?? '');
  expect(said[0]).toBe('the node starts: it opens its data directory, which takes a while on a slow disk');
  expect(said).toContain(
    'still waiting for a listener to open its shard and its port: is the disk of the data directory slow?',
  );
  await pool.untilHealthy();
  const miner = await StratumClient.login(pool.stratumPort, USER);
  const block = miner.mine(miner.job, BLOCK_DIFFICULTY);
  void miner.submit(USER, miner.job, block).catch(() => {});
  await sleep(50);
  await pool.killCoordinator();
  await pool.launch();
  await pool.until(
    'the block is the tip',
    async () => (await bitcoind.rpc('getbestblockhash')) === block.hash,
  );
  await pool.untilHealthy();
  expect(pool.output).not.toContain('SQLITE');
  miner.close();
});

it('a first start that a disk of 12 s an fsync holds up is told to stop, and does', async () => {
  const { disk, pool } = await poolOnDisk();
  await disk.set('slow 12000');
  const launched = pool.launch().catch((error: Error) => error.message);
  await pool.until('it has begun', () => pool.output.includes('the node starts'));
  await sleep(1_000);
  const startedMs = Date.now();
  await pool.stop();
  expect(Date.now() - startedMs).toBeLessThan(10_000);
  expect(pool.output).not.toContain('the node is up');
  await launched;
}, 60_000);

it.each([2_500, 8_000])(
  'a node under load stops in ten seconds on a disk whose fsync takes %i ms, and no acknowledged share is lost',
  async (fsyncMs) => {
    const { disk, pool } = await poolOnDisk({
      ORCAPOOL_STRATUM_STARTDIFFICULTY: '0.000001',
      ORCAPOOL_STRATUM_MAXDIFFICULTY: '0.000001',
    });
    await pool.launch();
    await pool.untilHealthy();
    const miners = await SteadyMiners.onEach(pool, 2);
    // In the journal's write-ahead log, and so to be moved when it is closed.
    const finder = await StratumClient.login(pool.stratumPort, USER);
    const block = finder.mine(finder.job, BLOCK_DIFFICULTY);
    await finder.submit(USER, finder.job, block);
    await pool.until(
      'the block is in the journal',
      () => pool.output.includes('"state":"in-chain"') || pool.output.includes(block.hash),
    );
    await pool.until('shares on both', () => miners.listeners.every(({ accepted }) => accepted > 20));
    await disk.set(`slow ${fsyncMs}`);
    await sleep(3_000);
    const startedMs = Date.now();
    await pool.stop();
    expect(Date.now() - startedMs).toBeLessThan(10_000);
    await disk.set(null);
    finder.close();
    await miners.stop().catch(() => {});
    expect(miners.against(pool)).toMatchObject({ missing: [], twice: [] });
    await pool.launch();
    await pool.untilHealthy();
    expect(await pool.stop()).toBe(0);
  },
  90_000,
);

it('a block goes to bitcoind while its records wait for a disk whose fsync takes 2 s, and a stop right then is heard', async () => {
  const { disk, bitcoind, pool } = await poolOnDisk();
  await pool.launch();
  await pool.untilHealthy();
  const miner = await StratumClient.login(pool.stratumPort, USER);
  const { job } = miner;
  const blocks = [miner.mine(job, BLOCK_DIFFICULTY), miner.mine(job, BLOCK_DIFFICULTY)];
  await disk.set('slow 2000');
  const foundMs = Date.now();
  for (const block of blocks) void miner.submit(USER, job, block).catch(() => {});
  await pool.until('a block is in the chain', async () => (await bitcoind.rpc('getblockcount')) === 1);
  expect(Date.now() - foundMs).toBeLessThan(1_500);
  const startedMs = Date.now();
  await pool.stop();
  expect(Date.now() - startedMs).toBeLessThan(10_000);
  await disk.set(null);
  await pool.launch();
  await pool.untilHealthy();
  const { body } = (await pool.get('/api/v1/pool')) as { body: { blocks: { hash: string }[] } };
  expect(body.blocks.map(({ hash }) => hash).sort()).toEqual(blocks.map(({ hash }) => hash).sort());
  expect(await pool.stop()).toBe(0);
  miner.close();
}, 90_000);

// With a share before it, the share log and the journal are in the midst of a sync when it comes.
it.each([0, 1])(
  'a block whose records no fsync has brought to the disk yet outlives kill -9 of the whole node, %i shares before it',
  async (sharesBefore) => {
    const { disk, bitcoind, pool } = await poolOnDisk();
    await pool.launch();
    await pool.untilHealthy();
    const miner = await StratumClient.login(pool.stratumPort, USER);
    const { job } = miner;
    const block = miner.mine(job, BLOCK_DIFFICULTY);
    await disk.set('slow 5000');
    bitcoind.pause();
    for (let n = 0; n < sharesBefore; n++) void miner.submit(USER, job, miner.mine(job)).catch(() => {});
    await sleep(50);
    void miner.submit(USER, job, block).catch(() => {});
    await sleep(300);
    await pool.kill();
    // With all that it was sent and had not read.
    await bitcoind.kill();
    await bitcoind.restart();
    await disk.set(null);
    expect(await bitcoind.rpc('getblockcount')).toBe(0);
    await pool.launch();
    await pool.until(
      'the block is the tip',
      async () => (await bitcoind.rpc('getbestblockhash')) === block.hash,
    );
    miner.close();
  },
  90_000,
);
