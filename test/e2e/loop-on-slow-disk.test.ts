/** Nothing that waits for a disk stands on the coordinator's loop: whatever it is asked meanwhile, it answers. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { base58 } from '@scure/base';
import { fromHex } from '../../src/lib/index.js';
import { BLOCK_DIFFICULTY, StratumClient } from '../stratum-client.js';
import { poolOnDisk } from './pool-on-disk.js';
import type { PoolProcess } from './pool-process.js';
import { SlotClock, seedOf, TaskDouble, TOKEN } from './task-double.js';

const KEY = 'a1'.repeat(32);
const OTHER_KEY = 'b2'.repeat(32);
const USER = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';
const FSYNC_MS = 2_000;
/** Half an fsync: a busy machine's pauses are shorter, and a loop that waits for one is found out. */
const LONGEST_MS = 1_000;

/** The longest that the coordinator took to answer, until `done`. */
async function longestAnswer(pool: PoolProcess, done: () => boolean): Promise<number> {
  let longestMs = 0;
  while (!done()) {
    const startedMs = Date.now();
    await pool.get('/api/v1/pool');
    longestMs = Math.max(longestMs, Date.now() - startedMs);
    await sleep(20);
  }
  return longestMs;
}

it('a coordinator answers while a round, an audit, a template and a block wait for fsyncs of two seconds', async () => {
  const { disk, bitcoind, pool } = await poolOnDisk({
    ORCAPOOL_POOL_ROUNDSFROM: 'task',
    ORCAPOOL_POOL_NODEKEY: KEY,
    ORCAPOOL_HTTP_TOKEN: TOKEN,
    ORCAPOOL_STRATUM_LISTENERS: '1',
  });
  await pool.launch();
  const clock = new SlotClock();
  const task = new TaskDouble(pool, KEY, clock);
  const startSlot = clock.now;
  const slots = {
    ...{ startSlot, endSlot: startSlot + 4_999 },
    ...{ submissionDeadlineSlot: startSlot + 10_000, auditDeadlineSlot: startSlot + 15_000 },
  };
  await task.tell(5, slots);
  await pool.untilHealthy();
  const miner = await StratumClient.login(pool.stratumPort, USER);
  const { job } = miner;
  const block = miner.mine(job, BLOCK_DIFFICULTY);
  await disk.set(`slow ${FSYNC_MS}`);
  const wish = {
    ...{
      submitter: base58.encode(fromHex(OTHER_KEY)),
      submission: 'orc1|5|idle|-',
      round: 5,
      seed: seedOf(5),
    },
    ...{ submissionSlot: startSlot + 1, deadlineSlot: slots.submissionDeadlineSlot, stake: 0, beacon: null },
  };
  let done = false;
  const all = Promise.all([
    task.tell(5, slots, { slotNow: startSlot + 100 }),
    task.audit(wish),
    miner.submit(USER, job, block),
    pool.until('the block is in the chain', async () => (await bitcoind.rpc('getblockcount')) === 1),
    pool.until('work on it', () => miner.job.prevHash !== job.prevHash, 30_000),
  ]).finally(() => {
    done = true;
  });
  const longestMs = await longestAnswer(pool, () => done);
  const [told, audited, submitted] = await all;
  expect([told?.status, audited, submitted.result]).toEqual([200, { status: 200, body: true }, true]);
  expect(longestMs).toBeLessThan(LONGEST_MS);
  await disk.set(null);
  miner.close();
}, 90_000);
