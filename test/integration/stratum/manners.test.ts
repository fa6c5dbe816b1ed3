/** What the pool says unasked, what it asks, and what a miner's owner may ask for. */
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ADDRESS, EASY, OTHER_ADDRESS, PoolUnderTest } from './pool-under-test.js';
import { HARD_REGTEST, sampleWork } from './sample-work.js';
import type { WireMiner } from './wire-miner.js';

const USER = `${ADDRESS}.rig1`;

let pool: PoolUnderTest;
let miner: WireMiner;

beforeEach(async () => {
  pool = await PoolUnderTest.open({ network: HARD_REGTEST });
  pool.listener.setWork(sampleWork({ job: 1, tip: 1 }));
  miner = await pool.miner();
});

afterEach(() => PoolUnderTest.closeAll());

const methods = ({ lines }: WireMiner): unknown[] => lines.map(({ method }) => method).filter(Boolean);
const settled = (): Promise<unknown> => miner.call('mining.ping', []);

describe('a miner’s socket', () => {
  it('sends each answer at once, and finds out by itself when the other side is gone', async () => {
    const set: [string, unknown, unknown][] = [];
    pool.server.prependListener('connection', (socket) => {
      const { setNoDelay, setKeepAlive } = socket;
      socket.setNoDelay = (on) => {
        set.push(['noDelay', on, null]);
        return setNoDelay.call(socket, on);
      };
      socket.setKeepAlive = (on, delayMs) => {
        set.push(['keepAlive', on, delayMs]);
        return setKeepAlive.call(socket, on as boolean, delayMs);
      };
    });
    await (await pool.miner()).logIn(`${ADDRESS}.another`);
    expect(set).toEqual([
      ['noDelay', true, null],
      ['keepAlive', true, 60_000],
    ]);
  });
});

describe('a miner that is not read from', () => {
  it('fills no buffer but the kernel’s, however small its segments are', async () => {
    let socket: Socket | null = null;
    pool.server.prependListener('connection', (taken) => {
      socket = taken;
    });
    const busy = await pool.miner();
    await busy.logIn(`${ADDRESS}.another`);
    // Beyond its budget: what comes behind it is not read until there is room again.
    busy.write('\n'.repeat(1_000));
    while (!socket!.isPaused()) await new Promise((resolve) => setTimeout(resolve, 5));
    const before = socket!.bytesRead;
    for (let i = 0; i < 200; i++) {
      busy.write('\n');
      await new Promise((resolve) => setImmediate(resolve));
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(socket!.bytesRead - before).toBeLessThanOrEqual(4);
  });
});

describe('a chunk of lines', () => {
  it('is answered in one write', async () => {
    const writes: string[] = [];
    pool.server.prependListener('connection', (socket) => {
      const { write } = socket;
      socket.write = (...words: unknown[]) => {
        writes.push(String(words[0]));
        return (write as (...words: unknown[]) => boolean).apply(socket, words);
      };
    });
    const busy = await pool.miner();
    const [, ...share] = busy.grind(await busy.logIn(USER));
    const lines = (count: number, chunk: number): string =>
      Array.from({ length: count }, (_, i) => {
        const params = [`of-no-job-${i}`, ...share];
        return `${JSON.stringify({ id: 100 * (chunk + 1) + i, method: 'mining.submit', params: [USER, ...params] })}\n`;
      }).join('');
    // Unless it takes longer than a turn, as it does before the compiler has seen it.
    const all: number[] = [];
    for (let chunk = 0; chunk < 20 && all.at(-1) !== 1; chunk++) {
      writes.length = 0;
      busy.write(lines(20, chunk));
      await busy.answer(100 * (chunk + 1) + 19);
      expect(writes.join('').trimEnd().split('\n')).toHaveLength(20);
      all.push(writes.length);
      pool.clock.advance(1_000);
    }
    expect(all.at(-1)).toBe(1);
  });
});

describe('while there is no work', () => {
  it('a miner is pinged within 30 s, for five minutes, and then left to its own failover', async () => {
    await miner.logIn(USER);
    pool.listener.setNoWork('every bitcoind is gone');
    for (let seconds = 0; seconds < 600; seconds += 30) {
      pool.clock.advance(30_000);
      await settled();
      // One ping in every 30 s, or two; cgminer would leave after 90 s without.
      const pings = methods(miner).filter((method) => method === 'mining.ping').length;
      if (seconds < 300 - 30) expect(pings).toBeGreaterThanOrEqual(seconds / 30 + 1);
      expect(pings).toBeLessThanOrEqual(12);
    }
  });

  it('nor ever will be, nobody logs in, and is told why', async () => {
    pool.listener.setNoWork('this node has no Bitcoin node', true);
    await miner.call('mining.subscribe', ['x']);
    const { result, error } = await miner.call('mining.authorize', [USER]);
    expect(result).not.toBe(true);
    expect(error).toEqual([24, 'No work here: this node has no Bitcoin node', null]);
    pool.listener.setNoWork('bitcoind is away');
    expect((await miner.call('mining.authorize', [USER])).result).toBe(true);
  });

  it('a miner that was never given any is not kept', async () => {
    pool.listener.setNoWork('every bitcoind is gone');
    await miner.call('mining.subscribe', ['x']);
    await miner.call('mining.authorize', [USER]);
    pool.clock.advance(120_000);
    await settled();
    expect(methods(miner)).not.toContain('mining.ping');
  });

  it.each(['{"id":2,"result":"pong","error":null}', '{"id":2,"method":"pong","params":[]}'])(
    'the answer %s is heard in silence',
    async (pong) => {
      await miner.logIn(USER);
      const heard = miner.lines.length;
      miner.write(`${pong}\n`);
      await settled();
      expect(miner.lines).toHaveLength(heard + 1);
    },
  );
});

describe('a miner without a user agent', () => {
  it('is asked for it once, after its first work', async () => {
    await miner.call('mining.subscribe', []);
    await miner.call('mining.authorize', [USER]);
    await miner.next('client.get_version');
    expect(methods(miner)).toEqual(['mining.set_difficulty', 'mining.notify', 'client.get_version']);
    miner.write('{"id":1,"result":"cgminer/4.12","error":null}\n');
    pool.listener.setWork(sampleWork({ job: 2, tip: 1 }));
    await settled();
    expect(methods(miner).filter((method) => method === 'client.get_version')).toHaveLength(1);
  });

  it('is the only one asked', async () => {
    await miner.logIn(USER);
    await settled();
    expect(methods(miner)).not.toContain('client.get_version');
  });
});

describe('a password', () => {
  const logIn = async (password: string): Promise<void> => {
    await miner.call('mining.subscribe', ['x']);
    expect((await miner.call('mining.authorize', [USER, password])).result).toBe(true);
    await miner.next('mining.notify');
    await settled();
  };
  const difficulties = (): unknown[] =>
    miner.lines.filter(({ method }) => method === 'mining.set_difficulty').map(({ params }) => params?.[0]);

  it('with d= fixes the difficulty, whatever the miner or its silence says', async () => {
    await logIn('x,d=64');
    await miner.call('mining.suggest_difficulty', [2]);
    pool.clock.advance(3_600_000);
    await settled();
    expect(difficulties()).toEqual([64]);
  });

  it('with th= begins at the difficulty of a share in an interval, and d= goes before it', async () => {
    // 2¹² shares of difficulty 1 in 10 s are 2⁴⁴ / 10 hashes a second.
    await logIn('x th=1.7592186044416');
    expect(difficulties()).toEqual([4096]);
    miner.end();
    miner = await pool.miner();
    await logIn('th=1.7592186044416,d=64');
    expect(difficulties()).toEqual([64]);
  });

  it('with d= out of the pool’s bounds gets the bound', async () => {
    await logIn('d=1e9');
    expect(difficulties()).toEqual([1e6]);
  });

  it('with a mistake in it is no hindrance, and the owner is told', async () => {
    await logIn('d=fast,th=-5,sig=<script>');
    expect(difficulties()).toEqual([EASY]);
    const messages = miner.lines.filter(({ method }) => method === 'client.show_message');
    expect(messages.map(({ params }) => params?.[0])).toEqual([
      expect.stringMatching(/^d= in the password is left out: write a number/),
      expect.stringMatching(/^th= in the password is left out: write the terahashes/),
      expect.stringMatching(/^sig= in the password is left out: write at most 20/),
    ]);
  });

  it('with d= leaves nothing behind for a login without', async () => {
    await logIn('d=1e-8');
    const notify = miner.lines.find(({ method }) => method === 'mining.notify')!;
    expect((await miner.submit(USER, miner.grind(notify))).result).toBe(true);
    miner.end();
    while (pool.listener.stats().connections > 0) await new Promise((resolve) => setTimeout(resolve, 2));
    miner = await pool.miner();
    await logIn('x');
    expect(difficulties()).toEqual([EASY]);
    expect(pool.sink.remembered.size).toBe(0);
  });

  it('of a second worker changes nothing of the connection', async () => {
    await logIn('d=64');
    expect((await miner.call('mining.authorize', [`${ADDRESS}.rig2`, 'd=128'])).result).toBe(true);
    pool.listener.setWork(sampleWork({ job: 2, tip: 1 }));
    await settled();
    expect(difficulties()).toEqual([64]);
  });

  it('is heard also where the login comes first', async () => {
    await miner.call('mining.authorize', [USER, 'd=64,sig=<b>']);
    await miner.call('mining.subscribe', ['x']);
    await miner.next('client.show_message');
    expect(difficulties()).toEqual([64]);
  });
});

describe('a miner that wishes for another difficulty with every line', () => {
  it('has every wish answered, but not a job for each', async () => {
    await miner.logIn(USER);
    const wishes = Array.from({ length: 200 }, (_, i) =>
      miner.call('mining.suggest_difficulty', [4 + (i % 2)]),
    );
    for (const { result } of await Promise.all(wishes)) expect(result).toBe(true);
    const notifies = (): number => methods(miner).filter((method) => method === 'mining.notify').length;
    expect(notifies()).toBe(1 + 16);
    await miner.call('mining.suggest_difficulty', [100]);
    pool.clock.advance(10_000);
    await settled();
    // An eighth of it by now: half an interval went by without a share.
    expect(difficultiesSent().at(-1)).toBe(12);
    expect(notifies()).toBe(1 + 17);
  });

  it('has the job of the last one as soon as it may', async () => {
    await miner.logIn(USER);
    for (let i = 0; i < 16; i++) await miner.call('mining.suggest_difficulty', [4 + (i % 2)]);
    // No silence leads below it, so nothing else brings a job before 26 s.
    await miner.call('mining.configure', [['minimum-difficulty'], { 'minimum-difficulty.value': 64 }]);
    expect(difficultiesSent().at(-1)).toBe(5);
    pool.clock.advance(10_000);
    await settled();
    expect(difficultiesSent().at(-1)).toBe(64);
    expect(methods(miner).at(-1)).toBe('mining.notify');
  });

  const difficultiesSent = (): unknown[] =>
    miner.lines.filter(({ method }) => method === 'mining.set_difficulty').map(({ params }) => params?.[0]);
});

describe('minimum-difficulty', () => {
  it('asked for while mining comes with a job at once', async () => {
    await miner.logIn(USER);
    const asked = miner.call('mining.configure', [['minimum-difficulty'], { 'minimum-difficulty.value': 4 }]);
    const notify = await miner.next('mining.notify');
    expect((await asked).result).toEqual({ 'minimum-difficulty': true });
    expect(miner.difficultyOf(notify)).toBe(4);
  });
});

describe('error texts', () => {
  it('of shares fit the 63 characters that a Bitaxe keeps', async () => {
    const notify = await miner.logIn(USER);
    const [job, extranonce2, time, nonce] = miner.grind(notify);
    const hard = await pool.miner();
    await hard.call('mining.suggest_difficulty', [1e5]);
    const easy = hard.grind(await hard.logIn(USER), { difficulty: EASY });
    await miner.submit(USER, [job, extranonce2, time, nonce]);
    const shares: [string, ...unknown[]][] = [
      [USER, job, extranonce2, time, nonce],
      [`${OTHER_ADDRESS}.x`, job, extranonce2, time, nonce],
      [USER, 'nojob', extranonce2, time, nonce],
      [USER, job, '00', time, nonce],
      [USER, job, extranonce2, '1', nonce],
      [USER, job, extranonce2, time, 'xyz'],
      [USER, job, extranonce2, time, nonce, 'xyz'],
      [USER, job, extranonce2, time, nonce, '00000001'],
      [USER, job, extranonce2, '00000001', nonce],
      [USER, job, extranonce2, 'ffffffff', nonce],
      [USER, job],
    ];
    const replies = await Promise.all(shares.map((params) => miner.call('mining.submit', params)));
    replies.push(await hard.submit(USER, easy));
    const errors = replies.map(({ error }) => error!);
    expect(errors.map(([code]) => code)).toEqual([22, 24, 21, 20, 20, 20, 20, 20, 20, 20, 20, 23]);
    for (const [, text, none] of errors) {
      expect(text.length).toBeLessThanOrEqual(63);
      expect(none).toBeNull();
    }
  });
});
