import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { startBitcoind } from '../bitcoind.js';
import { BLOCK_DIFFICULTY, StratumClient } from '../stratum-client.js';
import { PoolProcess } from './pool-process.js';

const USER = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080.rig1';
const OTHER = 'bcrt1p4qhjn9zdvkux4e44uhx8tc55attvtyu358kutcqkudyccelu0waslcutpz';

it('a block on a job of another listener reaches the chain, and is its miner\u2019s', async () => {
  const bitcoind = await startBitcoind();
  const pool = await PoolProcess.start({ nodes: [bitcoind] });
  await pool.untilHealthy();
  const given = await StratumClient.login(pool.stratumPort, USER);
  // The first byte of an extranonce1 is its listener's.
  let sender = await StratumClient.login(pool.stratumPort, OTHER);
  for (let tries = 0; sender.extranonce1.slice(0, 2) === given.extranonce1.slice(0, 2); tries++) {
    expect(tries).toBeLessThan(50);
    sender.close();
    sender = await StratumClient.login(pool.stratumPort, OTHER);
  }
  const { job } = given;
  const share = given.mine(job, BLOCK_DIFFICULTY);
  given.close();
  const reply = await sender.call('mining.submit', [
    OTHER,
    job.jobId,
    share.extranonce2,
    share.time,
    share.nonce,
  ]);
  expect(reply.error?.[0]).toBe(21);
  for (let tries = 0; tries < 200; tries++) {
    if ((await bitcoind.rpc('getblockcount')) === 1) break;
    await sleep(50);
  }
  expect(await bitcoind.rpc('getbestblockhash')).toBe(share.hash);
  const answer = await fetch(`http://127.0.0.1:${pool.httpPort}/api/v1/pool`);
  expect(await answer.json()).toMatchObject({ blocks: [{ height: 1, worker_id: USER }] });
  sender.close();
}, 60_000);
