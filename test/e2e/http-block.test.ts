import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { startBitcoind } from '../bitcoind.js';
import { BLOCK_DIFFICULTY, StratumClient } from '../stratum-client.js';
import { PoolProcess } from './pool-process.js';

const USER = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080.rig1';
const OTHER = 'bcrt1p4qhjn9zdvkux4e44uhx8tc55attvtyu358kutcqkudyccelu0waslcutpz';
/** Days of the test pool's clock, which begins with 2026. */
const ROUND = (): number => Math.floor((Date.now() - Date.UTC(2026, 0, 1)) / 86_400_000);

/** Of the answer to a share with its proof. */
async function statusOf(pool: PoolProcess, round: number, submission: object): Promise<number | undefined> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify(submission);
  const send = () => pool.get(`/submission/${round}`, { method: 'POST', headers, body });
  // A connection that was kept open may be closed just as it is used again.
  return ((await send()) ?? (await send()))?.status;
}

it('a block that is handed in over HTTP reaches the chain, whatever is wrong with it as a share', async () => {
  const bitcoind = await startBitcoind();
  const pool = await PoolProcess.start({ nodes: [bitcoind] });
  await pool.untilHealthy();
  const miner = await StratumClient.login(pool.stratumPort, USER);
  const cases: readonly [object, number, number][] = [
    [{}, 0, 200],
    [{ difficulty: 5 }, 0, 422],
    [{ bits: '1f018000' }, 0, 422],
    [{ worker_id: OTHER }, 0, 422],
    [{ worker_id: 'joe' }, 0, 422],
    [{}, -1, 409],
    [{}, 1, 404],
    [{ bits: '00000000' }, 0, 422],
    [{ submission_id: '0' }, 0, 409],
  ];
  for (const [i, [change, rounds, status]] of cases.entries()) {
    const tip = await bitcoind.rpc<string>('getbestblockhash');
    await miner.until(() => miner.tip === tip);
    const share = miner.mine(miner.job, BLOCK_DIFFICULTY);
    const claims = { hash: share.hash, difficulty: 0.00001, block_height: i + 1, worker_id: USER };
    const proof = { header: share.header.toString('hex'), coinbase: share.coinbase.toString('hex') };
    const submission = { ...claims, ...proof, submission_id: `${i}`, bits: '1f0186a1', ...change };
    expect([i, await statusOf(pool, ROUND() + rounds, submission)]).toEqual([i, status]);
    for (let tries = 0; tries < 200; tries++) {
      if ((await bitcoind.rpc('getblockcount')) === i + 1) break;
      await sleep(50);
    }
    expect([i, await bitcoind.rpc('getbestblockhash')]).toEqual([i, share.hash]);
  }
  miner.close();

  // What anybody finds at bits of his own making is no block.
  const real = miner.mine(miner.job, BLOCK_DIFFICULTY);
  const fake = Buffer.from(real.header);
  fake.writeUInt32LE(0x207ffffe, 72);
  const claims = { hash: '00'.repeat(32), difficulty: 1, block_height: 1, worker_id: USER, bits: '1f0186a1' };
  const coinbase = real.coinbase.toString('hex');
  for (let nonce = 0; nonce < 8; nonce++) {
    fake.writeUInt32LE(nonce, 76);
    const submission = { ...claims, submission_id: `f${nonce}`, header: fake.toString('hex'), coinbase };
    expect(await statusOf(pool, ROUND(), submission)).toBe(422);
  }
  const metrics = await (await fetch(`http://127.0.0.1:${pool.httpPort}/metrics`)).text();
  expect(metrics).toMatch(new RegExp(`^orcapool_blocks_found_total ${cases.length}$`, 'm'));
  // What was wrong as a share is none, whatever became of the block.
  const credited = cases.filter(([, , status]) => status === 200).length;
  const answer = await pool.get(`/api/v1/workers/${USER.split('.')[0]}`);
  expect((answer?.body as { workers: object[] } | undefined)?.workers).toMatchObject([
    { valid_shares: credited },
  ]);
}, 120_000);
