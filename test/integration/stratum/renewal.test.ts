import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseNotify } from '../../../src/miner/index.js';
import { ListenerWork } from '../../../src/roles/listener-work.js';
import { KeptLog } from '../../surroundings.js';
import { ADDRESS, PoolUnderTest } from './pool-under-test.js';
import { sampleWork } from './sample-work.js';
import type { WireMiner } from './wire-miner.js';

const USER = `${ADDRESS}.rig`;
const STEP_MS = 250;

let pool: PoolUnderTest;
let log: KeptLog;
let rows: number;
let fault: Error | null;
let work: ListenerWork;

beforeEach(async () => {
  pool = await PoolUnderTest.open();
  log = new KeptLog();
  [rows, fault] = [0, null];
  const shard = {
    addJob: async () => {
      if (fault !== null) throw fault;
      return ++rows;
    },
    hashesOn: async () => [],
  };
  work = new ListenerWork({ mode: 'pool', tag: 'test' }, shard, pool.listener, log, pool.clock);
});

afterEach(() => {
  work.stop();
  return PoolUnderTest.closeAll();
});

const serve = (tip = 1): Promise<void> => {
  const { template, txids, binding } = sampleWork({ job: tip, tip });
  return work.apply({ kind: 'work', template, txids, binding });
};

/** Time goes on, and what is said meanwhile is heard. */
async function pass(seconds: number): Promise<void> {
  for (let ms = 0; ms < 1_000 * seconds; ms += STEP_MS) {
    pool.clock.advance(STEP_MS);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await new Promise((resolve) => setTimeout(resolve, 20));
}

const notifiesOf = ({ lines }: WireMiner): unknown[][] =>
  lines.filter(({ method }) => method === 'mining.notify').map(({ params }) => params as unknown[]);
const coinbaseOf = (params: readonly unknown[]): string => `${params[2]}${params[3]}`;

describe('a miner that begins at its first header with each notify, and raises the time as it likes', () => {
  it('has another coinbase at each while one template lasts, on one previous block, and loses no older work', async () => {
    await serve();
    const miner = await pool.miner();
    const first = await miner.logIn(USER);
    await pass(10 * 60);
    const notifies = notifiesOf(miner);
    expect(notifies.length).toBeGreaterThan(20);
    expect(new Set(notifies.map(coinbaseOf)).size).toBe(notifies.length);
    expect(new Set(notifies.map((params) => params[1])).size).toBe(1);
    expect(notifies.slice(1).map((params) => params[8])).toEqual(notifies.slice(1).map(() => false));
    expect((await miner.submit(USER, miner.grind({ params: notifies.at(-1)! }))).result).toBe(true);
    expect((await miner.submit(USER, miner.grind({ params: notifies.at(-9)! }))).result).toBe(true);
    expect(first.params).toEqual(notifies[0]);
    // One in 25.5 s, which a template lasts no longer where bitcoind has newer ones.
    expect(rows).toBeGreaterThanOrEqual(600 / 30);
    expect(rows).toBeLessThanOrEqual(1 + 600 / 25.5);
  });

  it('has another one also where bitcoind gives an equal template anew', async () => {
    await serve();
    const miner = await pool.miner();
    await miner.logIn(USER);
    for (let i = 0; i < 5; i++) {
      await serve();
      await pass(1);
    }
    const coinbases = notifiesOf(miner).map(coinbaseOf);
    expect(new Set(coinbases).size).toBe(6);
  });

  it('has a time that it has not come to where the same coinbase has to do, as after a reconnect', async () => {
    await serve();
    const before = await pool.miner();
    const first = parseNotify((await before.logIn(USER)).params).time;
    const subscribed = before.lines.find(({ id }) => id === 1)!.result as [[unknown, [string, string]]];
    before.end();
    while (pool.listener.stats().connections > 0) await pass(0);
    const after = await pool.miner();
    await after.call('mining.subscribe', ['wire', subscribed[0][1][1]]);
    const notify = after.next('mining.notify');
    await after.call('mining.authorize', [USER, 'x']);
    expect(parseNotify((await notify).params).time - first).toBe(64);
  });
});

describe('work', () => {
  it('is not renewed once there is none, and another one is renewed in its own time', async () => {
    await serve();
    await pass(5);
    await serve(2);
    expect(rows).toBe(2);
    await pass(25);
    expect(rows).toBe(2);
    await pass(1);
    expect(rows).toBe(3);
    await work.apply({ kind: 'no-work', reason: 'bitcoind is gone', isForGood: false });
    await pass(60);
    expect(rows).toBe(3);
    expect(pool.listener.stats().height).toBe(null);
  });

  it('goes on as it is when it cannot be renewed, which is said, and is renewed when it can', async () => {
    await serve();
    const miner = await pool.miner();
    await miner.logIn(USER);
    fault = new Error('the disk is full');
    await pass(45);
    expect(log.lines.map(({ message }) => message)).toContain('the work could not be renewed');
    expect(notifiesOf(miner)).toHaveLength(2);
    expect(pool.listener.stats().height).not.toBe(null);
    fault = null;
    await pass(45);
    expect(new Set(notifiesOf(miner).map(coinbaseOf)).size).toBeGreaterThanOrEqual(2);
  });
});
