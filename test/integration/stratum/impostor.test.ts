import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ADDRESS, EASY, PoolUnderTest } from './pool-under-test.js';
import { HARD_REGTEST, sampleWork } from './sample-work.js';
import type { Line, WireMiner } from './wire-miner.js';

const USER = `${ADDRESS}.rig1`;
const AGENT = 'cgminer/4.11.1';
/** What the impostor wishes for: a hundred thousand times what the miner has. */
const WISH = 1e-4;

let pool: PoolUnderTest;

beforeEach(async () => {
  pool = await PoolUnderTest.open({ network: HARD_REGTEST, startDifficulty: EASY, minDifficulty: EASY });
  pool.listener.setWork(sampleWork({ job: 1, tip: 1 }));
});

afterEach(() => PoolUnderTest.closeAll());

async function begin(
  miner: WireMiner,
  session?: unknown,
): Promise<{ notify: Line; session: string; extranonce1: string }> {
  const { result } = await miner.call('mining.subscribe', session === undefined ? [AGENT] : [AGENT, session]);
  const [[[, id]], extranonce1] = result as [[[string, string]], string];
  await miner.call('mining.authorize', [USER, 'x']);
  return { notify: await miner.next('mining.notify'), session: id, extranonce1 };
}

/** Logs in under the miner's name, which anybody knows, without a user agent, which goes with any: its wish moves nobody who is known. */
async function impostor(isKnown: boolean, act: (miner: WireMiner) => Promise<void>): Promise<void> {
  const miner = await pool.miner('127.0.0.66');
  await miner.call('mining.authorize', [USER, 'x']);
  await miner.call('mining.subscribe', [AGENT]);
  const first = await miner.next('mining.notify');
  await miner.call('mining.suggest_difficulty', [WISH]);
  if (!isKnown) await miner.next('mining.notify');
  expect(miner.difficultyOf(first)).toBeLessThan(WISH);
  await act(miner);
  miner.end();
  await sleep(30);
}

describe('somebody else under a miner’s name', () => {
  it('who finds nothing changes neither the session it took nor what is remembered of the miner', async () => {
    const miner = await pool.miner('127.0.0.2');
    const { notify, session, extranonce1 } = await begin(miner);
    expect((await miner.submit(USER, miner.grind(notify))).result).toBe(true);
    const inFlight = miner.grind(notify, { extranonce2: '00000000000000ff' });
    miner.end();
    await sleep(30);
    const remembered = [...pool.sink.remembered];

    await impostor(true, async () => {});
    expect([...pool.sink.remembered]).toEqual(remembered);

    const back = await pool.miner('127.0.0.2');
    const resumed = await begin(back, session);
    expect([resumed.session, resumed.extranonce1]).toEqual([session, extranonce1]);
    expect(back.difficultyOf(resumed.notify)).toBe(EASY);
    expect((await back.submit(USER, inFlight)).result).toBe(true);
  });

  it('who stays has neither its session nor its extranonce1: the miner comes back with its session id', async () => {
    const miner = await pool.miner('127.0.0.2');
    const { notify, session, extranonce1 } = await begin(miner);
    expect((await miner.submit(USER, miner.grind(notify))).result).toBe(true);
    const inFlight = miner.grind(notify, { extranonce2: '00000000000000ff' });
    miner.end();
    await sleep(30);
    const other = await pool.miner('127.0.0.66');
    await other.call('mining.authorize', [USER, 'x']);
    const { result } = await other.call('mining.subscribe', [AGENT]);
    expect((result as unknown[])[1]).not.toBe(extranonce1);
    const back = await pool.miner('127.0.0.2');
    const resumed = await begin(back, session);
    expect([resumed.session, resumed.extranonce1]).toEqual([session, extranonce1]);
    expect((await back.submit(USER, inFlight)).result).toBe(true);
  });

  it('who finds an easy share proves no difficulty that it only wished for', async () => {
    await impostor(false, async (other) => {
      const [easy] = other.lines.filter(({ method }) => method === 'mining.notify');
      expect((await other.submit(USER, other.grind(easy!))).result).toBe(true);
    });
    expect(Math.max(...pool.sink.remembered.values())).toBeLessThan(WISH / 10);
  });
});
