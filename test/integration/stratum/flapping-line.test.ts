/** A line that drops again before its miner's first share: what the miner was given on each connection still counts. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ADDRESS, OTHER_ADDRESS, PoolUnderTest } from './pool-under-test.js';
import { REGTEST, sampleWork } from './sample-work.js';
import type { Line, WireMiner } from './wire-miner.js';

const USER = `${ADDRESS}.rig1`;
const AGENT = 'wire-miner/1';

let pool: PoolUnderTest;

beforeEach(async () => {
  // Every second hash is a block.
  pool = await PoolUnderTest.open({ network: { ...REGTEST, blockTargetBits: null } }, 0x10);
  pool.listener.setWork(sampleWork({ job: 1, tip: 1 }));
});

afterEach(() => PoolUnderTest.closeAll());

interface Visit {
  readonly miner: WireMiner;
  readonly sessionId: string;
  readonly job: Line;
}

async function visit(user: string, sessionId?: string): Promise<Visit> {
  const miner = await pool.miner();
  const { result } = await miner.call(
    'mining.subscribe',
    sessionId === undefined ? [AGENT] : [AGENT, sessionId],
  );
  const [[, [, given]]] = result as [[unknown, [string, string]], string];
  expect((await miner.call('mining.authorize', [user, 'x'])).error).toBeNull();
  return { miner, sessionId: given, job: await miner.next('mining.notify') };
}

async function drop({ miner }: Visit): Promise<void> {
  const open = pool.listener.stats().connections;
  miner.end();
  while (pool.listener.stats().connections === open) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** A share of each connection's job, ground on that connection, submitted on the last one. */
async function submitAll(user: string, last: Visit, visits: readonly Visit[]): Promise<void> {
  for (const { miner, job } of visits) {
    expect((await last.miner.submit(user, miner.grind(job))).result).toBe(true);
  }
  expect(pool.sink.found).toHaveLength(visits.length);
}

describe('a share for a job of any connection before', () => {
  it('counts for a miner that names its session', async () => {
    const first = await visit(USER);
    const visits = [first];
    for (let i = 0; i < 3; i++) {
      await drop(visits.at(-1)!);
      visits.push(await visit(USER, first.sessionId));
    }
    expect(new Set(visits.map(({ sessionId }) => sessionId)).size).toBe(1);
    const times = visits.map(({ job }) => Number.parseInt(job.params?.[7] as string, 16));
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
    await submitAll(USER, visits.at(-1)!, visits);
  });

  it('counts for a miner that is known by its name', async () => {
    const visits = [await visit(USER)];
    for (let i = 0; i < 3; i++) {
      await drop(visits.at(-1)!);
      visits.push(await visit(USER));
    }
    expect(new Set(visits.map(({ sessionId }) => sessionId)).size).toBe(4);
    await submitAll(USER, visits.at(-1)!, visits);
  });

  it('counts for one that came back by its name and then names that session', async () => {
    const first = await visit(USER);
    await drop(first);
    const second = await visit(USER);
    await drop(second);
    const third = await visit(USER, second.sessionId);
    expect(third.sessionId).toBe(second.sessionId);
    await submitAll(USER, third, [first, second, third]);
  });
});

it('a stranger that knows a name and finds nothing leaves its holder at the difficulty it had', async () => {
  const first = await visit(USER);
  await first.miner.submit(USER, first.miner.grind(first.job));
  const difficulty = first.miner.difficultyOf(first.job);
  await drop(first);
  const stranger = await visit(USER);
  await stranger.miner.call('mining.suggest_difficulty', [1000 * difficulty]);
  await drop(stranger);
  const back = await visit(USER);
  expect(back.miner.difficultyOf(back.job)).toBe(difficulty);
});

describe('a session that another payout has named', () => {
  it('keeps the jobs of both, each for its own', async () => {
    const first = await visit(USER);
    await drop(first);
    const second = await visit(OTHER_ADDRESS, first.sessionId);
    await drop(second);
    const third = await visit(OTHER_ADDRESS, first.sessionId);
    await submitAll(OTHER_ADDRESS, third, [second]);
  });

  it('gives its blocks to the chain, and to who was given the work', async () => {
    const first = await visit(USER);
    await drop(first);
    const second = await visit(OTHER_ADDRESS, first.sessionId);
    const solution = first.miner.grind(first.job);
    expect((await second.miner.submit(OTHER_ADDRESS, solution)).error?.[0]).toBe(21);
    expect(pool.sink.found).toMatchObject([{ worker: USER }]);
  });
});

it('a block of who logged in and has not subscribed is tried, and refused all the same', async () => {
  const first = await visit(USER);
  const solution = first.miner.grind(first.job);
  await drop(first);
  const hasty = await pool.miner();
  await hasty.call('mining.authorize', [USER, 'x']);
  const { result, error } = await hasty.submit(USER, solution);
  expect([result, error?.[0]]).toEqual([true, undefined]);
  expect(pool.sink.found).toHaveLength(1);
});

describe('a block on a job of another connection is tried, and refused all the same', () => {
  const refusedAndFound = async (by: WireMiner, of: Visit, code: number): Promise<void> => {
    expect((await by.submit(USER, of.miner.grind(of.job))).error?.[0]).toBe(code);
    expect(pool.sink.found).toMatchObject([{ worker: USER }]);
  };

  it('where that one is half open, and its miner has come back with its session', async () => {
    const first = await visit(USER);
    const second = await visit(USER, first.sessionId);
    await refusedAndFound(second.miner, first, 21);
  });

  it('where two rigs of one name dropped together and have each other\u2019s session', async () => {
    const rigs = [await visit(USER), await visit(USER)];
    for (const rig of rigs) await drop(rig);
    const back = await visit(USER);
    const other = await visit(USER);
    for (const [i, rig] of rigs.entries()) {
      for (const { miner } of [back, other]) await miner.submit(USER, rig.miner.grind(rig.job));
      expect(pool.sink.found).toHaveLength(i + 1);
    }
  });

  it('where nothing is known yet of who sends it', async () => {
    const first = await visit(USER);
    const nobody = await pool.miner();
    await nobody.call('mining.subscribe', []);
    await refusedAndFound(nobody, first, 24);
  });

  it('where that one is of another listener', async () => {
    const first = await visit(USER);
    const other = await PoolUnderTest.open({ extranonce1: { prefix: 0xa6, allocate: () => 0x10 } });
    other.listener.setWork(sampleWork({ job: 1, tip: 1 }));
    const miner = await other.miner();
    await miner.logIn(USER);
    expect((await miner.submit(USER, first.miner.grind(first.job))).error?.[0]).toBe(21);
    expect([other.sink.found, other.sink.elsewhere.length]).toEqual([[], 1]);
    pool.listener.tryStray(other.sink.elsewhere[0]!);
    expect(pool.sink.found).toMatchObject([{ worker: USER }]);
  });

  it('but not where it was never given', async () => {
    const first = await visit(USER);
    const [, ...solution] = first.miner.grind(first.job);
    const made = await first.miner.submit(USER, ['00'.repeat(8), ...solution] as never);
    expect(made.error?.[0]).toBe(21);
    expect(pool.sink.found).toEqual([]);
  });
});
