/** A block that no bitcoind has yet, and one altered bit in the file of its transactions. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { startBitcoind } from '../bitcoind.js';
import { BLOCK_DIFFICULTY, StratumClient } from '../stratum-client.js';
import { PoolProcess } from './pool-process.js';

// BIP173's P2WPKH example on regtest.
const USER = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';

it('the operator is told which block and what to do, and the file put back brings it to the chain', async () => {
  const bitcoind = await startBitcoind();
  const pool = await PoolProcess.start({ nodes: [bitcoind] });
  await pool.untilHealthy();
  const miner = await StratumClient.login(pool.stratumPort, USER);
  bitcoind.pause();
  const block = miner.mine(miner.job, BLOCK_DIFFICULTY);
  expect(await miner.submit(USER, miner.job, block)).toMatchObject({ result: true });
  await sleep(500);
  await pool.kill();
  await bitcoind.kill();
  const folder = join(pool.datadir, 'templates');
  const files = readdirSync(folder).map((name) => {
    const path = join(folder, name);
    return { path, bytes: readFileSync(path) };
  });
  expect(files.length).toBeGreaterThan(0);
  for (const { path, bytes } of files) {
    writeFileSync(
      path,
      bytes.map((byte, at) => (at === 20 ? byte ^ 4 : byte)),
    );
  }
  await bitcoind.restart();
  expect(await bitcoind.rpc('getblockcount')).toBe(0);
  await pool.launch();
  await pool.until('it is told', async () =>
    (await pool.health()).body.reasons.some(({ message }) => message.includes(block.hash)),
  );
  const { reasons } = (await pool.health()).body;
  // The listeners may have no work yet.
  expect(reasons.filter(({ component }) => component === 'share_collection')).toEqual([
    expect.objectContaining({
      component: 'share_collection',
      message: expect.stringMatching(/^a found block cannot be put together: .*does not match its checksum/),
      hint: expect.stringMatching(/from a backup at once/),
    }),
  ]);
  expect(await pool.metricLines('orcapool_unassembled_blocks')).toEqual(['orcapool_unassembled_blocks 1']);

  for (const { path, bytes } of files) writeFileSync(path, bytes);
  await pool.until(
    'the block is the tip',
    async () => (await bitcoind.rpc('getbestblockhash')) === block.hash,
  );
  await pool.until('well', async () => (await pool.health()).body.status === 'healthy');
  expect(await pool.metricLines('orcapool_unassembled_blocks')).toEqual(['orcapool_unassembled_blocks 0']);
  miner.close();
  expect(await pool.stop()).toBe(0);
}, 60_000);
