/** A miner whose connection dropped comes back: what is given back to it, what goes on, and what does not. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DEFAULT_LIMITS } from '../../../src/stratum/index.js';
import { ADDRESS, EASY, OTHER_ADDRESS, PoolUnderTest } from './pool-under-test.js';
import { sampleWork } from './sample-work.js';
import type { Line, WireMiner } from './wire-miner.js';

const USER = `${ADDRESS}.rig1`;
const AGENT = 'wire-miner/1';

let pool: PoolUnderTest;
let before: WireMiner;
let notify: Line;

beforeEach(async () => {
  pool = await PoolUnderTest.open({}, 0x10);
  pool.listener.setWork(sampleWork({ job: 1, tip: 1 }));
  before = await pool.miner();
  notify = await before.logIn(USER, '1fffe000');
});

afterEach(() => PoolUnderTest.closeAll());

function subscription({ lines }: WireMiner): { sessionId: string; extranonce1: string } {
  const { result } = lines.find((line) => Array.isArray(line.result))!;
  const [[, [, sessionId]], extranonce1] = result as [[unknown, [string, string]], string];
  return { sessionId, extranonce1 };
}

async function drop(miner: WireMiner): Promise<void> {
  const open = pool.listener.stats().connections;
  miner.end();
  while (pool.listener.stats().connections === open) await new Promise((resolve) => setTimeout(resolve, 2));
}

interface Return {
  readonly sessionId?: string;
  readonly user?: string;
  readonly agent?: string;
  readonly on?: PoolUnderTest;
}

async function comeBack({
  sessionId,
  user = USER,
  agent = AGENT,
  on = pool,
}: Return = {}): Promise<WireMiner> {
  const miner = await on.miner();
  await miner.call('mining.subscribe', sessionId === undefined ? [agent] : [agent, sessionId]);
  await miner.call('mining.authorize', [user, 'x']);
  await miner.next('mining.notify');
  return miner;
}

describe('a miner that names its session', () => {
  it('has its extranonce1 and its session id back', async () => {
    const was = subscription(before);
    await drop(before);
    const after = await comeBack({ sessionId: was.sessionId });
    expect(subscription(after)).toEqual(was);
    expect(was.extranonce1).toBe('a5000010');
  });

  it('is credited for the jobs of before, once for each share, and for those of now', async () => {
    const [early, late] = ['1', '2'].map((n) => before.grind(notify, { extranonce2: `000000000000000${n}` }));
    expect((await before.submit(USER, early!)).result).toBe(true);
    await drop(before);
    const after = await comeBack({ sessionId: subscription(before).sessionId });
    expect((await after.submit(USER, late!)).result).toBe(true);
    expect((await after.submit(USER, late!)).error?.[0]).toBe(22);
    expect((await after.submit(USER, early!)).error?.[0]).toBe(22);
    const now = after.lines.find(({ method }) => method === 'mining.notify')!;
    expect((await after.submit(USER, after.grind(now))).result).toBe(true);
    expect(pool.sink.committed).toHaveLength(3);
  });

  it('has no credit for a share a second time that reached the disk after the drop', async () => {
    pool.sink.autoCommit = false;
    const share = before.grind(notify);
    before.write(`${JSON.stringify({ id: 90, method: 'mining.submit', params: [USER, ...share] })}\n`);
    while (pool.sink.waiting.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    before.end();
    await new Promise((resolve) => setTimeout(resolve, 20));
    pool.sink.autoCommit = true;
    pool.sink.commit();
    while (pool.listener.stats().connections > 0) await new Promise((resolve) => setTimeout(resolve, 2));
    const after = await comeBack({ sessionId: subscription(before).sessionId });
    expect((await after.submit(USER, share)).error?.[0]).toBe(22);
    expect(pool.sink.committed).toHaveLength(1);
  });

  it('is given new work that replaces the old, under another id and at a later time', async () => {
    await drop(before);
    const after = await comeBack({ sessionId: subscription(before).sessionId });
    const { params } = after.lines.find(({ method }) => method === 'mining.notify')!;
    expect(params?.[8]).toBe(true);
    expect(params?.[0]).not.toBe(notify.params?.[0]);
    expect(Number.parseInt(params?.[7] as string, 16)).toBeGreaterThan(
      Number.parseInt(notify.params?.[7] as string, 16),
    );
  });

  it('is never sent a job id that it was sent before, however often it drops', async () => {
    const ids: unknown[] = [];
    let miner = before;
    for (let drops = 0; drops < 3; drops++) {
      for (let job = 2; job < 12; job++) pool.listener.setWork(sampleWork({ job: job % 3, tip: 1 }));
      await miner.call('mining.ping', []);
      ids.push(
        ...miner.lines.filter(({ method }) => method === 'mining.notify').map(({ params }) => params?.[0]),
      );
      await drop(miner);
      miner = await comeBack({ sessionId: subscription(before).sessionId });
    }
    expect(ids.length).toBe(3 * 11);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('is told the version mask it had, and rolls within it at once', async () => {
    await drop(before);
    const after = await comeBack({ sessionId: subscription(before).sessionId });
    const methods = after.lines.filter(({ method }) => method !== undefined).map(({ method }) => method);
    expect(methods).toEqual(['mining.set_version_mask', 'mining.set_difficulty', 'mining.notify']);
    const rolled = before.grind(notify, { versionBits: 0x2000 });
    expect((await after.submit(USER, rolled)).result).toBe(true);
  });

  it('is told the new one when it has negotiated anew', async () => {
    await drop(before);
    const after = await pool.miner();
    await after.call('mining.configure', [['version-rolling'], { 'version-rolling.mask': '00ffe000' }]);
    await after.call('mining.subscribe', [AGENT, subscription(before).sessionId]);
    await after.call('mining.authorize', [USER]);
    await after.next('mining.notify');
    const masks = after.lines.filter(({ method }) => method === 'mining.set_version_mask');
    expect(masks.map(({ params }) => params)).toEqual([['00ffe000']]);
    expect((await after.submit(USER, before.grind(notify, { versionBits: 0x0100_0000 }))).error?.[0]).toBe(
      20,
    );
  });

  it('goes on at the difficulty it had, and in its statistics', async () => {
    await before.call('mining.suggest_difficulty', [EASY * 4]);
    await before.next('mining.notify');
    await before.submit(USER, before.grind(notify));
    const best = (): number[] =>
      pool.sink
        .eventsOf('share_best_diff')
        .filter((e) => e.timeframe === 'session')
        .map((e) => e.new_best);
    const [first] = best();
    // Less than half an interval, after which its beginning would go below the wish.
    pool.clock.advance(4_000);
    await drop(before);
    const after = await comeBack({ sessionId: subscription(before).sessionId });
    expect(after.lines.find(({ method }) => method === 'mining.set_difficulty')?.params).toEqual([EASY * 4]);
    pool.clock.advance(5_000);
    await after.submit(USER, before.grind(notify, { extranonce2: '0000000000000009' }));
    expect(best().every((figure) => figure >= first!)).toBe(true);
    await drop(after);
    expect(pool.sink.eventsOf('miner_disconnected')).toMatchObject([
      { shares_session: 1, session_duration: 4 },
      { shares_session: 2, session_duration: 9 },
    ]);
  });

  it('may drop again before its login without losing anything', async () => {
    const { sessionId, extranonce1 } = subscription(before);
    await drop(before);
    const hasty = await pool.miner();
    await hasty.call('mining.subscribe', [AGENT, sessionId]);
    await drop(hasty);
    const after = await comeBack({ sessionId });
    expect(subscription(after).extranonce1).toBe(extranonce1);
    expect((await after.submit(USER, before.grind(notify))).result).toBe(true);
  });
});

describe('an extranonce1 is not given back', () => {
  const fresh = async (how: Return): Promise<void> => {
    const after = await comeBack(how);
    const { sessionId, extranonce1 } = subscription(after);
    expect(extranonce1).not.toBe(subscription(before).extranonce1);
    expect(sessionId).not.toBe(subscription(before).sessionId);
  };

  it('while a connection holds it', async () => {
    await fresh({ sessionId: subscription(before).sessionId });
    expect((await before.submit(USER, before.grind(notify))).result).toBe(true);
  });

  it('to the second who names the session', async () => {
    const { sessionId } = subscription(before);
    await drop(before);
    await comeBack({ sessionId });
    await fresh({ sessionId });
  });

  it('nor has a newcomer one that somebody has, or has left to come back to, when the counter has gone round', async () => {
    let counter = 0;
    const round = await PoolUnderTest.open({ extranonce1: { prefix: 0xa5, allocate: () => counter++ % 4 } });
    round.listener.setWork(sampleWork({ job: 1, tip: 1 }));
    const miners = [await round.miner(), await round.miner()];
    for (const miner of miners) await miner.logIn(USER);
    miners[0]!.end();
    while (round.listener.stats().connections > 1) await new Promise((resolve) => setTimeout(resolve, 2));
    // Who is there is looked up once in 4,096.
    for (let i = 2; i < 4_096; i++) {
      const passing = await round.miner();
      await passing.call('mining.subscribe', []);
      passing.end();
    }
    counter = 0;
    const newcomer = await round.miner();
    await newcomer.logIn(USER);
    expect(newcomer.extranonce1).toBe('a5000002');
  }, 60_000);

  it('on another listener, whose range it is not of', async () => {
    const other = await PoolUnderTest.open({ extranonce1: { prefix: 0xa6, allocate: () => 0x10 } });
    other.listener.setWork(sampleWork({ job: 1, tip: 1 }));
    await drop(before);
    await fresh({ sessionId: subscription(before).sessionId, on: other });
  });

  it('to somebody who only guesses from an extranonce1 seen elsewhere', async () => {
    const { sessionId, extranonce1 } = subscription(before);
    await drop(before);
    await fresh({ sessionId: extranonce1, user: OTHER_ADDRESS });
    await fresh({ sessionId: extranonce1 + '0'.repeat(sessionId.length - 8), user: OTHER_ADDRESS });
  });

  it('when its jobs are gone', async () => {
    await drop(before);
    pool.clock.advance(DEFAULT_LIMITS.jobLifeMs + 1_000);
    await fresh({ sessionId: subscription(before).sessionId });
  });
});

describe('another payout that names a session', () => {
  it('gets neither its jobs nor its difficulty', async () => {
    await before.call('mining.suggest_difficulty', [EASY * 4]);
    await before.next('mining.notify');
    const share = before.grind(notify);
    await drop(before);
    const after = await comeBack({ sessionId: subscription(before).sessionId, user: OTHER_ADDRESS });
    expect(after.lines.find(({ method }) => method === 'mining.set_difficulty')?.params).toEqual([EASY]);
    expect((await after.submit(OTHER_ADDRESS, share)).error?.[0]).toBe(21);
    const now = after.lines.find(({ method }) => method === 'mining.notify')!;
    expect((await after.submit(OTHER_ADDRESS, after.grind(now))).result).toBe(true);
  });
});

describe('shares that waited for the line to come back', () => {
  it('count, and tell nothing of how fast the miner is', async () => {
    for (let share = 1; share <= 9; share++) {
      pool.clock.advance(10_000);
      const now = before.lines.findLast(({ method }) => method === 'mining.notify')!;
      const solution = before.grind(now, { extranonce2: `00000000000000a${share}` });
      expect((await before.submit(USER, solution)).result).toBe(true);
    }
    const last = before.lines.findLast(({ method }) => method === 'mining.notify')!;
    const held = Array.from({ length: 12 }, (_, i) =>
      before.grind(last, { extranonce2: `00000000000000b${i.toString(16)}` }),
    );
    await drop(before);
    const [known] = pool.sink.remembered.values();
    expect(known).toBeGreaterThan(0);
    pool.clock.advance(120_000);
    const after = await comeBack({ sessionId: subscription(before).sessionId });
    for (const share of held) expect((await after.submit(USER, share)).result).toBe(true);
    pool.clock.advance(6_000);
    await drop(after);
    expect([...pool.sink.remembered.values()]).toEqual([known]);
  });
});

describe('a miner that names no session', () => {
  it('goes on by its address and worker: a new extranonce1, and credit for what it found with the old', async () => {
    await before.call('mining.suggest_difficulty', [EASY * 4]);
    await before.next('mining.notify');
    const share = before.grind(notify);
    await drop(before);
    const after = await comeBack();
    expect(subscription(after).extranonce1).toBe('a5000011');
    expect(after.lines.find(({ method }) => method === 'mining.set_difficulty')?.params).toEqual([EASY * 4]);
    expect((await after.submit(USER, share)).result).toBe(true);
    const now = after.lines.find(({ method }) => method === 'mining.notify')!;
    expect((await after.submit(USER, after.grind(now))).result).toBe(true);
    expect(
      pool.sink.committed.map(({ record }) => Buffer.from(record.extranonce.subarray(0, 4)).toString('hex')),
    ).toEqual(['a5000010', 'a5000011']);
  });

  it('goes on with a new extranonce1 also where it logs in before it subscribes, since anybody knows a name', async () => {
    const share = before.grind(notify);
    await drop(before);
    const after = await pool.miner();
    await after.call('mining.authorize', [USER, 'x']);
    await after.call('mining.subscribe', []);
    expect(subscription(after).extranonce1).toBe('a5000011');
    await after.next('mining.notify');
    expect((await after.submit(USER, share)).result).toBe(true);
  });

  it('has its difficulty and its bests at another listener of the node too, but neither its extranonce1 nor its jobs', async () => {
    await before.call('mining.suggest_difficulty', [EASY * 4]);
    notify = await before.next('mining.notify');
    // So many prove a difficulty, once the first minute is over.
    for (let share = 1; share <= 9; share++) {
      pool.clock.advance(7_000);
      await before.call('mining.ping', []);
      const solution = before.grind(notify, { extranonce2: `000000000000000${share}` });
      expect((await before.submit(USER, solution)).result).toBe(true);
    }
    const late = before.grind(notify);
    await drop(before);
    const [proven] = pool.sink.remembered.values();
    expect(proven).toBeGreaterThan(EASY);
    const other = await PoolUnderTest.open({ extranonce1: { prefix: 0xa6, allocate: () => 0x10 } });
    other.listener.setWork(sampleWork({ job: 1, tip: 1 }));
    // What a listener notes of a worker the others are told: test/unit/roles/worker-notes.test.ts.
    for (const [worker, difficulty] of pool.sink.remembered) other.sink.remember(worker, difficulty, 0);
    other.sink.bests = { bestEver: 1e12, bestWeek: 1e12 };
    const after = await comeBack({ on: other });
    expect(subscription(after).extranonce1).toBe('a6000010');
    expect(after.lines.find(({ method }) => method === 'mining.set_difficulty')?.params).toEqual([proven]);
    expect((await after.submit(USER, late)).error?.[0]).toBe(21);
    const now = after.lines.find(({ method }) => method === 'mining.notify')!;
    expect((await after.submit(USER, after.grind(now))).result).toBe(true);
    const bests = other.sink.events.filter(({ event }) => event === 'share_best_diff');
    expect(bests.map(({ data }) => (data as { timeframe: string }).timeframe)).toEqual(['session']);
  });

  it('is not taken for another device of that worker name', async () => {
    await before.call('mining.suggest_difficulty', [EASY * 4]);
    await before.next('mining.notify');
    await drop(before);
    const after = await comeBack({ agent: 'another/2' });
    expect(after.lines.find(({ method }) => method === 'mining.set_difficulty')?.params).toEqual([EASY]);
    expect((await after.submit(USER, before.grind(notify))).error?.[0]).toBe(21);
  });
});
