import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { base58 } from '@scure/base';
import { fromHex } from '../../src/lib/index.js';
import { StratumClient } from '../stratum-client.js';
import { SUBMISSIONS } from '../unit/rounds/claim-vectors.js';
import { PoolProcess } from './pool-process.js';
import { SlotClock, seedOf, TaskDouble, TOKEN } from './task-double.js';

const USER = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';
const KEY = 'a1'.repeat(32);

describe('a node of a Koii task whose operator has no bitcoind', () => {
  it('runs, has an empty round, abstains, and turns miners away at their login with the reason', async () => {
    const pool = await PoolProcess.start({
      nodes: [],
      env: {
        ORCAPOOL_BITCOIN_RPCURL: 'none',
        ORCAPOOL_POOL_ROUNDSFROM: 'task',
        ORCAPOOL_POOL_NODEKEY: KEY,
        ORCAPOOL_HTTP_TOKEN: TOKEN,
        ORCAPOOL_STRATUM_LISTENERS: '1',
      },
    });
    const clock = new SlotClock();
    const task = new TaskDouble(pool, KEY, clock);
    const startSlot = clock.now;
    const slots = {
      ...{ startSlot, endSlot: startSlot + 29 },
      ...{ submissionDeadlineSlot: startSlot + 60, auditDeadlineSlot: startSlot + 1_060 },
    };
    expect((await task.tell(1, slots))?.status).toBe(200);

    const miner = await StratumClient.connect(pool.stratumPort);
    await miner.subscribe();
    const reply = await miner.call('mining.authorize', [USER, 'x']);
    expect(reply.result).not.toBe(true);
    expect(reply.error?.[0]).toBe(24);
    expect(reply.error?.[1]).toContain('no Bitcoin node');
    miner.close();

    const liveness = await pool.get('/healthz', { method: 'POST' });
    const readiness = await pool.health();
    expect([liveness?.status, readiness.status]).toEqual([200, 503]);
    const reason = readiness.body.reasons.find(({ component }) => component === 'bitcoind');
    expect(reason?.message).toContain('none');
    expect(reason?.hint).toContain('Bitcoin Core');

    // Round 1 ends 30 slots of 100 ms after its start, and its grace 5 % of that later.
    await sleep(3_500);
    await task.tell(2, { ...slots, startSlot: startSlot + 30, endSlot: startSlot + 59 });
    expect((await task.claim(1))?.body).toMatchObject({ claim: null });

    const wish = {
      ...{
        submission: 'orc1|1|idle|-',
        submitter: base58.encode(fromHex('b2'.repeat(32))),
        round: 1,
        seed: seedOf(1),
        beacon: null,
      },
      ...{ submissionSlot: startSlot + 31, deadlineSlot: startSlot + 60, stake: 1, before: null },
    };
    // An idle submission says nothing of the chain.
    expect((await task.audit(wish))?.body).toBe(true);
    const claiming = SUBMISSIONS.accepted[0]!.text.replace('|41|', '|1|');
    expect((await task.audit({ ...wish, submission: claiming }))?.status).toBe(503);
    expect(pool.output).not.toContain('"level":"error"');
    expect(await pool.stop()).toBe(0);
  });

  it('is no pool by the clock', async () => {
    const attempt = PoolProcess.start({
      nodes: [],
      env: { ORCAPOOL_BITCOIN_RPCURL: 'none' },
    });
    await expect(attempt).rejects.toThrow('pool.roundsFrom');
  });
});
