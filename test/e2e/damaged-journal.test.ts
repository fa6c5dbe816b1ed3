/** A block that no bitcoind has yet, and one altered bit in the journal while the node was stopped. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { startBitcoind } from '../bitcoind.js';
import { cell, flipBit } from '../integration/shares/alter-database.js';
import { integrityOf } from '../integration/shares/logged-hashes.js';
import { BLOCK_DIFFICULTY, StratumClient } from '../stratum-client.js';
import { rowHead } from '../unit/bitcoind/journal-block.js';
import { PoolProcess } from './pool-process.js';

// BIP173's P2WPKH example on regtest.
const USER = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';

/** The one cell that a query selects. */
function textOf(file: string, sql: string): string | null {
  const database = new Database(file, { readonly: true });
  try {
    const value = database.prepare(sql).pluck().get();
    return value === null ? null : String(value);
  } finally {
    database.close();
  }
}

it.each([
  ['pool', 'the block is final'],
  ['solo', 'the coinbase is another'],
] as const)('a block on its way is brought to the chain all the same (%s; %s)', async (mode, what) => {
  const bitcoind = await startBitcoind();
  const pool = await PoolProcess.start({ nodes: [bitcoind], env: { ORCAPOOL_POOL_MODE: mode } });
  await pool.untilHealthy();
  const miner = await StratumClient.login(pool.stratumPort, USER);
  bitcoind.pause();
  const block = miner.mine(miner.job, BLOCK_DIFFICULTY);
  expect(await miner.submit(USER, miner.job, block)).toMatchObject({ result: true });
  miner.close();
  await sleep(2_000);
  expect(await pool.stop()).toBe(0);
  const stoppedMs = Date.now();
  await bitcoind.kill();
  await bitcoind.restart();
  expect(await bitcoind.rpc('getblockcount')).toBe(0);

  const file = join(pool.datadir, 'blocks.sqlite');
  expect(integrityOf(file)).toBe('ok');
  if (what === 'the block is final') {
    const head = rowHead(textOf(file, 'select reason from blocks'));
    flipBit(file, head, head.length - 2);
    expect(textOf(file, 'select final from blocks')).toBe('1');
  } else flipBit(file, cell(file, 'select coinbase from blocks'), 100);
  const damaged = readFileSync(file);
  expect(integrityOf(file)).toBe('ok');

  await pool.launch();
  await pool.until(
    'the block is the tip',
    async () => (await bitcoind.rpc('getbestblockhash')) === block.hash,
  );
  expect(pool.output).toContain('the file of the block journal was damaged and is set aside');
  expect(readFileSync(`${file}.damaged`).equals(damaged)).toBe(true);
  const isTold = async (): Promise<boolean> =>
    (await pool.health()).body.reasons.some(
      ({ message }) => message === 'blocks.sqlite.damaged was set aside',
    );
  await pool.until('in service, and health says so', async () => {
    return (await pool.health()).body.status === 'degraded' && (await isTold());
  });
  // As the share log has it.
  const { blocks } = (await pool.get('/api/v1/pool'))!.body as { blocks: { hash: string; time: string }[] };
  expect(blocks.map(({ hash }) => hash)).toEqual([block.hash]);
  expect(Date.parse(blocks[0]!.time)).toBeLessThan(stoppedMs);
  rmSync(`${file}.damaged`);
  await pool.until('well', async () => (await pool.health()).body.status === 'healthy');
});
