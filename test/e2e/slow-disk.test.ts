/** A disk whose every fsync takes long, from the first start on: see `test/disk-fault/`. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { startBitcoind, temporaryFolder } from '../bitcoind.js';
import { FaultyDisk } from '../disk-fault/faulty-disk.js';
import { BLOCK_DIFFICULTY, StratumClient } from '../stratum-client.js';
import { PoolProcess } from './pool-process.js';

// BIP173's P2WPKH example on regtest.
const USER = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';

it('a first start, and one right after kill -9, come up on a disk whose fsync takes seconds', async () => {
  const disk = await FaultyDisk.make(await temporaryFolder(), 'shard-');
  await disk.set('slow 1200');
  const bitcoind = await startBitcoind();
  const pool = await PoolProcess.start({ nodes: [bitcoind], env: disk.env });
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
