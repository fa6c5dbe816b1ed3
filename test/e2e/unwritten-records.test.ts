/** A disk that takes shares and refuses a record of the data directory: miners go on, and the operator is told. */
import { expect, it } from '@jest/globals';
import { startBitcoind } from '../bitcoind.js';
import { FaultyDisk } from '../disk-fault/faulty-disk.js';
import { newFolder } from '../integration/shares/shard-test.js';
import { BLOCK_DIFFICULTY, StratumClient } from '../stratum-client.js';
import { PoolProcess } from './pool-process.js';

// BIP173's P2WPKH example on regtest.
const USER = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';

it('found blocks and what was seen of the chain are told as unwritten, until they are', async () => {
  const bitcoind = await startBitcoind();
  await bitcoind.generate(1);
  const disk = await FaultyDisk.make(newFolder(), '/blocks.sqlite');
  const pool = await PoolProcess.start({ nodes: [bitcoind], env: disk.env });
  await pool.untilHealthy();
  expect(await pool.metricLines('orcapool_unwritten_records')).toEqual(['orcapool_unwritten_records 0']);
  const miner = await StratumClient.login(pool.stratumPort, USER);

  await disk.set('io-error');
  const block = miner.mine(miner.job, BLOCK_DIFFICULTY);
  expect(await miner.submit(USER, miner.job, block)).toMatchObject({ result: true });
  await pool.until(
    'the block is the tip',
    async () => (await bitcoind.rpc('getbestblockhash')) === block.hash,
  );
  await pool.until('it is told', async () => (await pool.health()).body.status === 'degraded');
  expect((await pool.health()).body.reasons).toEqual([
    expect.objectContaining({
      component: 'share_collection',
      message: expect.stringMatching(/^found blocks cannot be written to blocks\.sqlite: .*disk/),
    }),
  ]);
  expect(await pool.metricLines('orcapool_unwritten_records')).toEqual(['orcapool_unwritten_records 1']);

  await disk.set(null);
  await pool.until('well', async () => (await pool.health()).body.status === 'healthy');
  expect(await pool.metricLines('orcapool_unwritten_records')).toEqual(['orcapool_unwritten_records 0']);
  expect(pool.output).toContain('a block is journalled later than it was submitted');
  miner.close();
  expect(await pool.stop()).toBe(0);
}, 60_000);
