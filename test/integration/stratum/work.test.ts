import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { network } from '../../../src/bitcoin/index.js';
import { sha256d } from '../../../src/lib/index.js';
import { parseNotify } from '../../../src/miner/index.js';
import { ADDRESS, EASY, PoolUnderTest } from './pool-under-test.js';
import { START_MS, sampleWork } from './sample-work.js';
import type { Line, WireMiner } from './wire-miner.js';

const USER = `${ADDRESS}.rig1`;

let pool: PoolUnderTest;

beforeEach(async () => {
  pool = await PoolUnderTest.open();
});

afterEach(() => PoolUnderTest.closeAll());

async function loggedIn(): Promise<{ miner: WireMiner; notify: Line }> {
  const miner = await pool.miner();
  return { miner, notify: await miner.logIn(USER) };
}

const messages = ({ lines }: WireMiner): unknown[] =>
  lines.filter(({ method }) => method === 'client.show_message').map(({ params }) => params?.[0]);

describe('work goes out', () => {
  beforeEach(() => pool.listener.setWork(sampleWork({ job: 1, tip: 1 })));

  it('with clean jobs exactly when the previous block is another', async () => {
    const { miner } = await loggedIn();
    pool.listener.setWork(sampleWork({ job: 2, tip: 1 }));
    expect((await miner.next('mining.notify')).params?.[8]).toBe(false);
    pool.listener.setWork(sampleWork({ job: 3, tip: 2 }));
    const third = await miner.next('mining.notify');
    expect(third.params?.[8]).toBe(true);
    expect(parseNotify(third.params).prevHash).toEqual(sha256d(Uint8Array.of(2)));
  });

  it('without clean jobs when the round is another, whose binding it carries', async () => {
    const { miner, notify } = await loggedIn();
    pool.listener.setWork(sampleWork({ job: 2, tip: 1, round: 10n }));
    const next = await miner.next('mining.notify');
    expect(next.params?.[8]).toBe(false);
    expect(next.params?.[3]).not.toBe(notify.params?.[3]);
    expect((await miner.submit(USER, miner.grind(notify))).result).toBe(true);
    expect((await miner.submit(USER, miner.grind(next))).result).toBe(true);
    expect(pool.sink.committed.map(({ record }) => record.job)).toEqual([1, 2]);
  });

  it("at the time of the system's clock, which may be set forward and back while the miner works", async () => {
    const { miner } = await loggedIn();
    const ahead = async (hours: number): Promise<Line> => {
      pool.clock.wallAheadMs = hours * 3_600_000;
      const next = miner.next('mining.notify');
      pool.clock.advance(30_000);
      return next;
    };
    const hoursLater = ({ params }: Line): number =>
      Math.round((parseNotify(params).time - START_MS / 1000) / 3_600);
    const later = await ahead(3);
    expect(hoursLater(later)).toBe(3);
    expect((await miner.submit(USER, miner.grind(later))).result).toBe(true);
    const back = await ahead(0);
    expect(hoursLater(back)).toBe(0);
    expect((await miner.submit(USER, miner.grind(back))).result).toBe(true);
    // Three hours ahead of the clock as it stands now.
    expect((await miner.submit(USER, miner.grind(later))).error?.[1]).toContain('Time too new');
    expect(miner.closed).toBe(false);
  });

  it('and what a miner proves is dated by that clock too', async () => {
    const { miner, notify } = await loggedIn();
    pool.clock.wallAheadMs = 86_400_000;
    for (let shares = 0; shares < 60; shares++) {
      pool.clock.advance(10_000);
      expect(
        (
          await miner.submit(
            USER,
            miner.grind(notify, { extranonce2: shares.toString(16).padStart(16, '0') }),
          )
        ).result,
      ).toBe(true);
    }
    const lastShareMs = pool.clock.wallMs();
    miner.end();
    while (pool.listener.stats().connections > 0) await new Promise((resolve) => setTimeout(resolve, 2));
    expect(pool.sink.remembered.size).toBe(1);
    expect(pool.sink.notedMs).toBe(lastShareMs);
  });

  it('again within 30 s, under a new id, and at a time that no miner has raised that of the same job to', async () => {
    const { miner, notify } = await loggedIn();
    const again = miner.next('mining.notify');
    pool.clock.advance(30_000);
    const { params } = await again;
    expect(params?.[0]).not.toBe(notify.params?.[0]);
    expect(params?.slice(1, 7)).toEqual(notify.params?.slice(1, 7));
    expect(params?.[8]).toBe(false);
    expect(parseNotify(params).time - START_MS / 1000).toBe(64);
  });

  it('again within 30 s to every miner, whatever its extranonce1, and not to all at once', async () => {
    const miners = await Promise.all(Array.from({ length: 64 }, () => loggedIn()));
    const due = miners.map(({ miner }) => miner.next('mining.notify'));
    pool.clock.advance(20_000);
    pool.listener.renewWork(sampleWork({ job: 2, tip: 1 }));
    expect(miners.every(({ miner }) => miner.lines.at(-1)?.method === 'mining.notify')).toBe(true);
    pool.clock.advance(10_000);
    const times = (await Promise.all(due)).map(({ params }) => parseNotify(params).time - START_MS / 1000);
    expect(Math.max(...times)).toBeLessThanOrEqual(30);
    expect(new Set(times).size).toBeGreaterThan(3);
  });

  it('never with the same id, nor twice with the same time on one previous block', async () => {
    const { miner } = await loggedIn();
    for (let i = 0; i < 300; i++) pool.listener.setWork(sampleWork({ job: 1, tip: 1 }));
    await miner.until(() => (miner.lines.length >= 304 ? true : undefined));
    const notifies = miner.lines.filter(({ method }) => method === 'mining.notify').map((l) => l.params!);
    expect(notifies).toHaveLength(301);
    expect(new Set(notifies.map(([id]) => id)).size).toBe(301);
    expect(new Set(notifies.map((params) => params[7])).size).toBe(301);
    expect(Math.max(...notifies.map(([id]) => String(id).length))).toBeLessThanOrEqual(16);
  });

  it('to two miners of one address as different work', async () => {
    const [one, two] = [await loggedIn(), await loggedIn()];
    expect(one.miner.extranonce1).not.toBe(two.miner.extranonce1);
    const share = one.miner.grind(one.notify);
    expect((await one.miner.submit(USER, share)).result).toBe(true);
    expect(
      (await two.miner.submit(USER, [String(two.notify.params?.[0]), ...share.slice(1)])).error?.[0],
    ).not.toBe(22);
  });

  it('to all of many miners, and newer work overtakes older', async () => {
    pool = await PoolUnderTest.open({ maxConnections: 250 });
    pool.listener.setWork(sampleWork({ job: 1, tip: 1 }));
    const miners = await Promise.all(Array.from({ length: 250 }, () => loggedIn()));
    pool.listener.setWork(sampleWork({ job: 2, tip: 2 }));
    pool.listener.setWork(sampleWork({ job: 3, tip: 2 }));
    const heard = await Promise.all(
      miners.map(async ({ miner }) => {
        const jobs: Line[] = [];
        do jobs.push(await miner.next('mining.notify'));
        while (!String(jobs.at(-1)?.params?.[0]).startsWith('a5000003'));
        return jobs;
      }),
    );
    // The first hundred heard of job 2 before it was overtaken; the others hear of the new block with job 3.
    expect(heard.filter((jobs) => jobs.length === 2)).toHaveLength(100);
    expect(heard.filter((jobs) => jobs.length === 1)).toHaveLength(150);
    expect(heard.every(([first]) => first?.params?.[8] === true)).toBe(true);
    // And nobody hears of it twice.
    await Promise.all(miners.map(({ miner }) => miner.call('mining.suggest_difficulty', [EASY])));
    const lines = miners.map(
      ({ miner }) => miner.lines.filter(({ method }) => method === 'mining.notify').length,
    );
    expect(lines.reduce((sum, count) => sum + count)).toBe(250 + 100 * 2 + 150);
  });

  it('paying the miner itself in solo mode', async () => {
    const solo = await PoolUnderTest.open({ mode: 'solo' });
    solo.listener.setWork(sampleWork({ job: 1, tip: 1, solo: true }));
    const miner = await solo.miner();
    const notify = await miner.logIn(USER);
    // BIP173: this address is the program of the script 0014 751e76e8199196d454941c45d1b3a323f1433bd6.
    expect(notify.params?.[3]).toContain('160014751e76e8199196d454941c45d1b3a323f1433bd6');
    expect((await miner.submit(USER, miner.grind(notify))).result).toBe(true);
  });
});

describe('without work', () => {
  it('a miner is logged in and told why there is nothing to do, until there is', async () => {
    const miner = await pool.miner();
    await miner.call('mining.subscribe', []);
    expect((await miner.call('mining.authorize', [USER])).result).toBe(true);
    await miner.next('client.show_message');
    expect(messages(miner)).toEqual(['No work: the pool is starting']);
    pool.listener.setWork(sampleWork({ job: 1, tip: 1 }));
    expect((await miner.next('mining.notify')).params?.[8]).toBe(true);
  });

  it('a connection that has not subscribed is told nothing, since it reads its first line as an answer', async () => {
    const miner = await pool.miner();
    await miner.call('mining.configure', [[]]);
    pool.listener.setNoWork('no bitcoind answers');
    await miner.call('mining.subscribe', []);
    expect(miner.lines).toHaveLength(2);
  });

  it('a connection that has logged in and not subscribed is sent none, new work or old, until it subscribes', async () => {
    pool.listener.setWork(sampleWork({ job: 1, tip: 1 }));
    const miner = await pool.miner();
    await miner.call('mining.authorize', [USER]);
    pool.listener.setWork(sampleWork({ job: 2, tip: 2 }));
    pool.clock.advance(40_000);
    await miner.call('mining.ping', []);
    expect(miner.lines.map(({ method }) => method).filter(Boolean)).toEqual([]);
    const heard = miner.lines.length;
    const { id } = await miner.call('mining.subscribe', []);
    expect(miner.lines[heard]?.id).toBe(id);
    expect((await miner.next('mining.notify')).params?.[8]).toBe(true);
  });

  it('connected miners are told once, submits are refused with the reason, and work resumes', async () => {
    pool.listener.setWork(sampleWork({ job: 1, tip: 1 }));
    const { miner, notify } = await loggedIn();
    const share = miner.grind(notify);
    pool.listener.setNoWork('no bitcoind answers');
    pool.listener.setNoWork('no bitcoind answers');
    expect((await miner.submit(USER, share)).error).toEqual([21, 'No work: no bitcoind answers', null]);
    expect(messages(miner)).toEqual(['No work: no bitcoind answers']);
    pool.clock.advance(120_000);
    expect(miner.lines.filter(({ method }) => method === 'mining.notify')).toHaveLength(1);

    const late = await pool.miner();
    await late.call('mining.subscribe', []);
    await late.call('mining.authorize', [USER]);
    await late.next('client.show_message');
    expect(late.lines.some(({ method }) => method === 'mining.notify')).toBe(false);

    pool.listener.setWork(sampleWork({ job: 2, tip: 1 }));
    await miner.next('mining.notify');
    await late.next('mining.notify');
    expect((await miner.submit(USER, share)).result).toBe(true);
  });
});

describe('a crowd', () => {
  /** The pool's ends of the sockets. */
  async function crowd(size: number): Promise<Socket[]> {
    const crowded = await PoolUnderTest.open({ maxConnections: 1_000 });
    const sockets: Socket[] = [];
    crowded.server.on('connection', (socket: Socket) => sockets.push(socket));
    pool = crowded;
    crowded.listener.setWork(sampleWork({ job: 1, tip: 1 }));
    const miners = await Promise.all(Array.from({ length: size }, () => crowded.miner()));
    await Promise.all(
      miners.map(async (miner) => {
        await miner.call('mining.subscribe', []);
        await miner.call('mining.authorize', [USER]);
        await miner.next('mining.notify');
      }),
    );
    return sockets;
  }

  /** How many sockets were written to in each turn of the event loop, until all were. */
  async function written(sockets: readonly Socket[], act: () => void): Promise<number[]> {
    const before = sockets.map(({ bytesWritten }) => bytesWritten);
    const reached = (): number => sockets.filter((socket, i) => socket.bytesWritten > before[i]!).length;
    act();
    const turns: number[] = [];
    for (let sum = 0; sum < sockets.length; sum = reached()) {
      await new Promise((resolve) => setImmediate(resolve));
      turns.push(reached() - sum);
    }
    return turns;
  }

  it('is told in pieces that there is no work, and that the pool goes', async () => {
    const sockets = await crowd(350);
    const silent = await written(sockets, () => pool.listener.setNoWork('no bitcoind answers'));
    expect(Math.max(...silent)).toBeLessThanOrEqual(200);
    const leaving = await written(sockets, () => void pool.listener.close('the pool stops'));
    expect(Math.max(...leaving)).toBeLessThanOrEqual(200);
  });
});

describe('coming and going', () => {
  beforeEach(() => pool.listener.setWork(sampleWork({ job: 1, tip: 1 })));

  it('a miner that comes back has another extranonce1 and the difficulty it had', async () => {
    const first = await loggedIn();
    const change = first.miner.next('mining.notify');
    await first.miner.call('mining.suggest_difficulty', [8e-9]);
    await first.miner.submit(USER, first.miner.grind(await change));
    first.miner.end();
    await waitFor(() => pool.listener.stats().connections === 0);
    const second = await loggedIn();
    expect(second.miner.extranonce1).not.toBe(first.miner.extranonce1);
    expect(second.miner.difficultyOf(second.notify)).toBe(8e-9);
  });

  it('what is remembered goes before a wish, be it of before the login or after it', async () => {
    pool.sink.remembered.set(1, 8e-9);
    const miner = await pool.miner();
    expect((await miner.call('mining.suggest_difficulty', [5e-9])).result).toBe(true);
    expect(miner.difficultyOf(await miner.logIn(USER))).toBe(8e-9);
    const late = await loggedIn();
    expect((await late.miner.call('mining.suggest_difficulty', [5e-9])).result).toBe(true);
    expect(late.miner.lines.filter(({ method }) => method === 'mining.set_difficulty')).toHaveLength(1);
    expect(late.miner.difficultyOf(late.notify)).toBe(8e-9);
  });

  it('leaves its difficulty under the name that logged in first and those that had a share, and no others', async () => {
    // Of who is remembered one share is enough.
    pool.sink.remembered.set(1, EASY);
    const { miner, notify } = await loggedIn();
    pool.sink.remembered.clear();
    for (let name = 2; name <= 9; name++)
      await miner.call('mining.authorize', [`${ADDRESS}.rig${name}`, 'x']);
    expect((await miner.submit(`${ADDRESS}.rig5`, miner.grind(notify))).result).toBe(true);
    miner.end();
    await waitFor(() => pool.listener.stats().connections === 0);
    expect([...pool.sink.remembered.keys()]).toEqual([1, 5]);
  });

  it('is told with its events', async () => {
    const { miner, notify } = await loggedIn();
    await miner.submit(USER, miner.grind(notify));
    pool.clock.advance(2_000);
    miner.end();
    await waitFor(() => pool.listener.stats().connections === 0);
    const clientId = miner.extranonce1;
    const ip = '127.0.0.1';
    const who = { user: ADDRESS, worker: 'rig1' };
    expect(pool.sink.eventsOf('miner_connected')).toEqual([
      {
        ...who,
        client_id: clientId,
        ip,
        useragent: 'wire-miner/1',
        initial_diff: EASY,
        asicboost_capable: false,
      },
    ]);
    const [share] = pool.sink.eventsOf('share_submitted');
    expect(share).toMatchObject({
      ...who,
      client_id: clientId,
      diff: EASY,
      accepted: true,
      reject_reason: null,
    });
    expect(share?.sdiff).toBeGreaterThanOrEqual(EASY);
    expect(pool.sink.eventsOf('share_best_diff').map(({ timeframe }) => timeframe)).toEqual([
      'session',
      'weekly',
      'alltime',
    ]);
    expect(pool.sink.eventsOf('miner_disconnected')).toEqual([
      { ...who, client_id: clientId, ip, session_duration: 2, shares_session: 1 },
    ]);
  });

  it('is measured against what it reached before, this week and ever', async () => {
    pool.sink.bests = { bestEver: 1e6, bestWeek: 0 };
    const first = await loggedIn();
    await first.miner.submit(USER, first.miner.grind(first.notify));
    pool.sink.bests = { bestEver: 1e6, bestWeek: 1e6 };
    const second = await loggedIn();
    await second.miner.submit(USER, second.miner.grind(second.notify));
    await waitFor(() => pool.sink.eventsOf('share_best_diff').length >= 3);
    expect(pool.sink.eventsOf('share_best_diff').map(({ timeframe }) => timeframe)).toEqual([
      'session',
      'weekly',
      'session',
    ]);
  });

  it('more miners than allowed are turned away, and let in again when there is room', async () => {
    const small = await PoolUnderTest.open({ maxConnections: 1 });
    const first = await small.miner();
    await first.call('mining.subscribe', []);
    const second = await small.miner();
    await second.closing();
    first.end();
    await waitFor(() => small.listener.stats().connections === 0);
    const third = await small.miner();
    await third.call('mining.subscribe', []);
  });

  it('a closing pool answers what was submitted, says why, and hangs up', async () => {
    const { miner, notify } = await loggedIn();
    pool.sink.autoCommit = false;
    const reply = miner.submit(USER, miner.grind(notify));
    await waitFor(() => pool.sink.waiting.length === 1);
    const closed = pool.listener.close('the pool is restarting');
    await miner.next('client.show_message');
    expect(miner.closed).toBe(false);
    pool.sink.commit();
    expect((await reply).result).toBe(true);
    await closed;
    await miner.closing();
    expect(messages(miner)).toEqual(['the pool is restarting']);
  });
});

describe('a listener’s bounds', () => {
  it('refuses a lowest difficulty whose share is worth less than the network’s least', async () => {
    // Difficulty 1e-9 is about 4 hashes; mainnet wants the 4,295 of 1e-6.
    await expect(PoolUnderTest.open({ network: network('mainnet') })).rejects.toMatchObject({
      code: 'LISTENER_DIFFICULTY',
    });
  });
});

async function waitFor(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries++) {
    if (tries > 5_000) throw new Error(`waited in vain for ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
