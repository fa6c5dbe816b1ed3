import { expect, it } from '@jest/globals';
import { startBitcoind } from '../bitcoind.js';
import { SlowTemplates } from '../integration/bitcoind/slow-templates.js';
import { BLOCK_DIFFICULTY, StratumClient } from '../stratum-client.js';
import { PoolProcess, RESERVE_SCRIPT } from './pool-process.js';

// BIP173's P2WPKH example on regtest.
const USER = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080.rig1';

interface Block {
  tx: { vout: { value: number; scriptPubKey: { hex: string } }[] }[];
}

/** A miner on work without transactions, while bitcoind takes its time with a template. */
async function onEmptyWork() {
  const bitcoind = await startBitcoind();
  const proxy = await SlowTemplates.before(bitcoind);
  const pool = await PoolProcess.start({
    nodes: [bitcoind],
    env: { ORCAPOOL_BITCOIN_RPCURL: proxy.rpcUrl, ORCAPOOL_BITCOIN_EMPTYFIRST: 'true' },
  });
  await pool.untilHealthy();
  const miner = await StratumClient.login(pool.stratumPort, USER, 'd=0.00001,sig=quick');
  const newTip = async (): Promise<void> => {
    const { prevHash } = miner.job;
    await bitcoind.generate(1);
    await miner.until(() => miner.job.prevHash !== prevHash);
  };
  // Opens the second socket beside the long-poll's.
  await newTip();
  await proxy.quiet();

  proxy.hold();
  await newTip();
  const { job } = miner;
  expect([job.clean, job.branch]).toEqual([true, []]);
  return { bitcoind, proxy, pool, miner, job };
}

it('gives miners work on a new block before bitcoind has a template, and their block on it is accepted', async () => {
  const { bitcoind, proxy, pool, miner, job } = await onEmptyWork();
  const share = miner.mine(job);
  expect(await miner.submit(USER, job, share)).toMatchObject({ result: true });
  const block = miner.mine(job, BLOCK_DIFFICULTY);
  expect(await miner.submit(USER, job, block)).toMatchObject({ result: true });
  await pool.until(
    'the block is the tip',
    async () => (await bitcoind.rpc('getbestblockhash')) === block.hash,
  );
  const { tx } = await bitcoind.rpc<Block>('getblock', [block.hash, 2]);
  expect(tx).toHaveLength(1);
  const outputs = tx[0]!.vout.map(({ value, scriptPubKey }) => [value, scriptPubKey.hex.slice(0, 12)]);
  // The reserve with the subsidy, and ORC1; no witness, so nothing of it to commit to.
  expect(outputs).toEqual([
    [50, RESERVE_SCRIPT.slice(0, 12)],
    [0, '6a244f524331'],
  ]);

  proxy.release();
  await pool.until('full work on the block', async () => {
    const coinbase = miner.job.coinb2;
    return coinbase.includes('6a24aa21a9ed') && miner.job.prevHash !== job.prevHash;
  });
  miner.close();
});

it('builds a block on empty work as it was mined, also when it comes over HTTP after a template of as many transactions', async () => {
  const { bitcoind, proxy, pool, miner, job } = await onEmptyWork();
  const block = miner.mine(job, BLOCK_DIFFICULTY);
  proxy.release();
  await pool.until('full work on the same block', async () => {
    const { coinb2, prevHash, branch } = miner.job;
    return coinb2.includes('6a24aa21a9ed') && prevHash === job.prevHash && branch.length === 0;
  });
  const answer = await pool.get(
    `/submission/${Math.floor((Date.now() - Date.UTC(2026, 0, 1)) / 86_400_000)}`,
    {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        ...{ submission_id: '1', hash: block.hash, difficulty: 0.00001, block_height: 3, worker_id: USER },
        ...{
          header: block.header.toString('hex'),
          coinbase: block.coinbase.toString('hex'),
          bits: '1f0186a1',
        },
      }),
    },
  );
  expect(answer?.status).toBe(200);
  await pool.until(
    'the block is the tip',
    async () => (await bitcoind.rpc('getbestblockhash')) === block.hash,
  );
  miner.close();
});
