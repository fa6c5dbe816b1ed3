import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { bitsOfDifficulty } from '../../src/bitcoin/index.js';
import { startBitcoind } from '../bitcoind.js';
import { anyonesCoin, spend } from '../integration/bitcoind/anyones-coin.js';
import { BLOCK_DIFFICULTY, StratumClient } from '../stratum-client.js';
import { PoolProcess, RESERVE_SCRIPT } from './pool-process.js';

const USER = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080.rig1';
const OTHER = 'bcrt1p4qhjn9zdvkux4e44uhx8tc55attvtyu358kutcqkudyccelu0waslcutpz';
/** Days of the test pool's clock, which begins with 2026. */
const ROUND = (): number => Math.floor((Date.now() - Date.UTC(2026, 0, 1)) / 86_400_000);

/** Of the answer to a share with its proof. */
async function statusOf(
  pool: PoolProcess,
  round: number | string,
  submission: object,
): Promise<number | undefined> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify(submission);
  const send = () => pool.get(`/submission/${round}`, { method: 'POST', headers, body });
  // A connection that was kept open may be closed just as it is used again.
  return ((await send()) ?? (await send()))?.status;
}

async function blocksOf(pool: PoolProcess): Promise<{ height: number; worker_id: string }[]> {
  const answer = await fetch(`http://127.0.0.1:${pool.httpPort}/api/v1/pool`);
  return ((await answer.json()) as { blocks: { height: number; worker_id: string }[] }).blocks;
}

it('a block that is handed in over HTTP reaches the chain, whatever is wrong with it as a share', async () => {
  const bitcoind = await startBitcoind();
  const pool = await PoolProcess.start({ nodes: [bitcoind] });
  await pool.untilHealthy();
  const miner = await StratumClient.login(pool.stratumPort, USER);
  const cases: readonly [object, number | string, number][] = [
    [{}, 0, 200],
    // Of these nothing can be read but header and coinbase.
    [{ difficulty: 0 }, 0, 400],
    [{ hash: undefined }, 0, 400],
    [{ worker_id: undefined, bits: undefined }, 0, 400],
    [{ worker_id: 'a name' }, 0, 400],
    [{ bits: '0x1f' }, 0, 400],
    [{ whatever: 1 }, 0, 400],
    [{}, '/abc', 400],
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
    const round = typeof rounds === 'string' ? rounds.slice(1) : ROUND() + rounds;
    expect([i, await statusOf(pool, round, submission)]).toEqual([i, status]);
    for (let tries = 0; tries < 200; tries++) {
      if ((await bitcoind.rpc('getblockcount')) === i + 1) break;
      await sleep(50);
    }
    expect([i, await bitcoind.rpc('getbestblockhash')]).toEqual([i, share.hash]);
  }
  const last = await bitcoind.rpc<string>('getbestblockhash');
  await miner.until(() => miner.tip === last);
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

  // A block on the same transactions that pays somebody else is passed on, and not this node's.
  const { job } = miner;
  const other = miner.mine(
    { ...job, coinb2: job.coinb2.replace(RESERVE_SCRIPT, `5120${'ab'.repeat(32)}`) },
    BLOCK_DIFFICULTY,
  );
  const theirs = { header: other.header.toString('hex'), coinbase: other.coinbase.toString('hex') };
  expect(await statusOf(pool, ROUND(), { ...claims, ...theirs, submission_id: 'theirs' })).toBe(422);
  for (let tries = 0; tries < 200; tries++) {
    if ((await bitcoind.rpc('getbestblockhash')) === other.hash) break;
    await sleep(50);
  }
  expect(await bitcoind.rpc('getbestblockhash')).toBe(other.hash);
  expect(await pool.metricLines('orcapool_blocks_found_total ')).toEqual([
    `orcapool_blocks_found_total ${cases.length}`,
  ]);
  // What was wrong as a share is none, whatever became of the block.
  const credited = cases.filter(([, , status]) => status === 200).length;
  const answer = await pool.get(`/api/v1/workers/${USER.split('.')[0]}`);
  expect((answer?.body as { workers: object[] } | undefined)?.workers).toMatchObject([
    { valid_shares: credited },
  ]);
  // A name that somebody only claims finds nothing.
  const names = new Set((await blocksOf(pool)).map(({ worker_id }) => worker_id));
  expect([OTHER, 'joe', 'a name'].filter((name) => names.has(name))).toEqual([]);
}, 180_000);

it('a block of the last run reaches the chain, on a template that nobody works on any more', async () => {
  const bitcoind = await startBitcoind();
  const coin = await anyonesCoin(bitcoind);
  const txid = await spend(bitcoind, coin, 1000n);
  const pool = await PoolProcess.start({ nodes: [bitcoind] });
  await pool.untilHealthy();
  const miner = await StratumClient.login(pool.stratumPort, USER);
  await miner.until(() => miner.job.branch.length === 1, 60_000);
  const { job, difficulty } = miner;
  const share = miner.mine(job, BLOCK_DIFFICULTY);
  miner.close();
  await pool.stop();
  // Two transactions, where the share's job had one.
  await spend(bitcoind, { ...coin, txid: Buffer.from(txid, 'hex').reverse() }, 2000n);
  // For five seconds bitcoind gives out the template it has made last.
  await sleep(6_000);
  await pool.launch();
  await pool.untilHealthy();
  const claims = { hash: share.hash, difficulty: 0.00001, block_height: 102, worker_id: USER };
  const proof = { header: share.header.toString('hex'), coinbase: share.coinbase.toString('hex') };
  const bits = bitsOfDifficulty(difficulty).toString(16);
  const submission = { ...claims, ...proof, submission_id: 'last', bits };
  expect(await statusOf(pool, ROUND(), submission)).toBe(422);
  for (let tries = 0; tries < 200; tries++) {
    if ((await bitcoind.rpc('getblockcount')) === 102) break;
    await sleep(50);
  }
  expect(await bitcoind.rpc('getbestblockhash')).toBe(share.hash);
  // Its coinbase commits to that payout, at those bits.
  expect(await blocksOf(pool)).toMatchObject([{ height: 102, worker_id: USER }]);
}, 120_000);
