/** A disk whose every fsync takes long, from the first start on: see `test/disk-fault/`. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { freePorts } from '../../src/localnet/index.js';
import { atTestEnd, startBitcoind, temporaryFolder } from '../bitcoind.js';
import { FaultyDisk } from '../disk-fault/faulty-disk.js';
import { BLOCK_DIFFICULTY, StratumClient } from '../stratum-client.js';
import { PoolProcess } from './pool-process.js';
import { SteadyMiners } from './steady-miners.js';

// BIP173's P2WPKH example on regtest.
const USER = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';

it('a first start, and one right after kill -9, come up on a disk whose fsync takes seconds', async () => {
  const disk = await FaultyDisk.make(await temporaryFolder(), 'shard-');
  await disk.set('slow 1200');
  const bitcoind = await startBitcoind();
  const pool = await PoolProcess.start({ nodes: [bitcoind], env: disk.env });
  const said = pool.output.split('\n').map((line) => /"msg":"([^"]*)"/.exec(line)?.[1] ?? '');
  expect(said[0]).toBe('the node starts: it opens its data directory, which takes a while on a slow disk');
  // Making a shard takes several fsyncs, and so more than five seconds.
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

it.each([2_500, 8_000])(
  'a node under load stops in ten seconds on a disk whose fsync takes %i ms, and no acknowledged share is lost',
  async (fsyncMs) => {
    const datadir = await temporaryFolder();
    const disk = await FaultyDisk.make(await temporaryFolder(), datadir);
    const bitcoind = await startBitcoind();
    const [stratumPort, httpPort] = (await freePorts(2)) as [number, number];
    const env = {
      ...disk.env,
      ORCAPOOL_STRATUM_STARTDIFFICULTY: '0.000001',
      ORCAPOOL_STRATUM_MAXDIFFICULTY: '0.000001',
    };
    const pool = new PoolProcess(datadir, stratumPort, httpPort, { nodes: [bitcoind], env });
    atTestEnd(() => pool.kill());
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
  const datadir = await temporaryFolder();
  const disk = await FaultyDisk.make(await temporaryFolder(), datadir);
  const bitcoind = await startBitcoind();
  const [stratumPort, httpPort] = (await freePorts(2)) as [number, number];
  const pool = new PoolProcess(datadir, stratumPort, httpPort, { nodes: [bitcoind], env: disk.env });
  atTestEnd(() => pool.kill());
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

it('a block whose records no fsync has brought to the disk yet outlives kill -9 of the whole node', async () => {
  const datadir = await temporaryFolder();
  const disk = await FaultyDisk.make(await temporaryFolder(), datadir);
  const bitcoind = await startBitcoind();
  const [stratumPort, httpPort] = (await freePorts(2)) as [number, number];
  const pool = new PoolProcess(datadir, stratumPort, httpPort, { nodes: [bitcoind], env: disk.env });
  atTestEnd(() => pool.kill());
  await pool.launch();
  await pool.untilHealthy();
  const miner = await StratumClient.login(pool.stratumPort, USER);
  const { job } = miner;
  const block = miner.mine(job, BLOCK_DIFFICULTY);
  await disk.set('slow 5000');
  bitcoind.pause();
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
}, 90_000);
