import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect as connectTls, createSecureContext } from 'node:tls';
import { afterEach, expect, it } from '@jest/globals';
import { DEFAULT_LIMITS } from '../../../src/stratum/index.js';
import { ADDRESS, EXCHANGE_MS, GUARD, PLAIN, PoolUnderTest } from './pool-under-test.js';
import { sampleWork } from './sample-work.js';
import type { WireMiner } from './wire-miner.js';

/** Two strangers and one earned place: three connections at once, and 2 / 60 s + 1 / 10 s, so one in 7.5 s. */
const STRANGERS = 2;
const USER = `${ADDRESS}.rig1`;
const SUBSCRIBE = '{"id":1,"method":"mining.subscribe","params":[]}\n';
const LOGIN = `${SUBSCRIBE}{"id":2,"method":"mining.authorize","params":["${USER}","x"]}\n`;
const TLS = new URL('../../../../test/vectors/tls/', import.meta.url);

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

afterEach(() => PoolUnderTest.closeAll());

/** A pool that knows 127.0.0.1 for one miner's work, and serves nobody before its address can pay, unless it says so. */
async function known(transport: Partial<typeof PLAIN> = {}, spareTurnsPerSecond = 0): Promise<PoolUnderTest> {
  const guard = { ...GUARD, strangersPerAddress: STRANGERS };
  const limits = { ...DEFAULT_LIMITS, spareTurnsPerSecond };
  const pool = await PoolUnderTest.open({ guard, limits }, 0, { ...PLAIN, ...transport });
  pool.listener.setWork(sampleWork({ job: 1, tip: 1 }));
  const nowMs = pool.clock.nowMs();
  const proof = { credit: 1, provedMs: nowMs, coveredUntilMs: nowMs + 86_400_000 };
  pool.book.restore([{ address: '127.0.0.1', ...proof }], nowMs);
  pool.clock.advance(EXCHANGE_MS);
  return pool;
}

/** Until the pool has seen it go. */
async function leave(pool: PoolUnderTest, miner: WireMiner): Promise<void> {
  miner.end();
  await miner.closing();
  await pause(25);
  pool.clock.advance(0);
}

it('takes no extranonce, and nothing of how often its address may connect, for who leaves without a word', async () => {
  const pool = await known();
  for (let i = 0; i < 50; i++) await leave(pool, await pool.miner());
  const miner = await pool.miner();
  await miner.logIn(USER);
  // The first there is: the prefix a5, and a counter of 0.
  expect(miner.extranonce1).toBe('a5000000');
});

it('serves those who speak in their order, as often as their address may connect', async () => {
  const pool = await known();
  for (let i = 0; i < STRANGERS + 1; i++) {
    const miner = await pool.miner();
    await miner.call('mining.subscribe', []);
    await leave(pool, miner);
  }
  const gone = await pool.miner();
  gone.write(SUBSCRIBE);
  await pause(20);
  const [first, second] = [await pool.miner(), await pool.miner()];
  first.write(LOGIN);
  await pause(20);
  second.write(LOGIN);
  await pause(20);
  // One that gives up takes no turn from others.
  await leave(pool, gone);
  expect([first, second].map(({ lines }) => lines.length)).toEqual([0, 0]);
  pool.clock.advance(9_000);
  await first.next('mining.notify');
  expect(first.lines.slice(0, 2).map(({ id }) => id)).toEqual([1, 2]);
  expect(second.lines).toEqual([]);
  pool.clock.advance(9_000);
  await second.next('mining.notify');
});

it('serves a proxy that logs all its workers in at once, where its address can pay', async () => {
  const pool = await known();
  const proxy = await pool.miner();
  const workers = Array.from({ length: 60 }, (_, n) => n);
  const logins = workers.map(
    (n) => `{"id":${n + 2},"method":"mining.authorize","params":["${ADDRESS}.rig${n}","x"]}\n`,
  );
  proxy.write(SUBSCRIBE + logins.join(''));
  while (proxy.lines.filter(({ result }) => result === true).length < workers.length) await pause(5);
  expect(proxy.closed).toBe(false);
}, 10_000);

it('lets go of one that says nothing until it should have logged in', async () => {
  const pool = await known();
  const miner = await pool.miner();
  await pause(20);
  pool.clock.advance(60_000);
  await pause(20);
  expect(miner.closed).toBe(false);
  pool.clock.advance(1_000);
  await miner.closing();
});

it('sees those leave who said much before, and lets go of who says more than a miner would', async () => {
  const pool = await known();
  // Its address cannot pay for a while.
  for (let i = 0; i < STRANGERS + 1; i++) {
    const miner = await pool.miner();
    await miner.call('mining.subscribe', []);
    await leave(pool, miner);
  }
  const gone = await Promise.all(Array.from({ length: STRANGERS + 1 }, () => pool.miner()));
  for (const miner of gone) miner.write(`${' '.repeat(2_000)}`);
  await pause(20);
  expect(pool.listener.stats().connections).toBe(0);
  const inside = (): number => {
    pool.clock.advance(EXCHANGE_MS);
    return pool.book.figures(pool.clock.nowMs()).connections;
  };
  expect(inside()).toBe(STRANGERS + 1);
  for (const miner of gone) miner.end();
  await Promise.all(gone.map((miner) => miner.closing()));
  await pause(20);
  expect(inside()).toBe(0);
  const loud = await pool.miner();
  loud.write(' '.repeat(2_049));
  await loud.closing();
  expect(pool.listener.guardReport().drops['oversize-line']).toBe(1);
});

it('keeps those who have spoken, however long their address cannot pay', async () => {
  const pool = await known();
  for (let i = 0; i < STRANGERS + 1; i++) {
    const miner = await pool.miner();
    await miner.call('mining.subscribe', []);
    await leave(pool, miner);
  }
  const waiting: WireMiner[] = [];
  for (let n = 0; n < 3; n++) {
    const miner = await pool.miner();
    miner.write(SUBSCRIBE);
    waiting.push(miner);
    await pause(20);
  }
  // The last pays after 22.5 s, later than a login may take where the room is short.
  for (let second = 0; second < 62; second++) pool.clock.advance(1_000);
  const answered = (): number[] => waiting.map(({ lines }) => lines.length);
  for (let tries = 0; tries < 2_000 && answered().includes(0); tries++) await pause(5);
  expect(answered()).toEqual([1, 1, 1]);
});

it('serves who waits by the listener’s spare turns, so many a second, in the order in which they spoke', async () => {
  const pool = await known({}, 2);
  for (let i = 0; i < STRANGERS + 1; i++) {
    const miner = await pool.miner();
    await miner.call('mining.subscribe', []);
    await leave(pool, miner);
  }
  // The last to come is the first to speak.
  const waiting: WireMiner[] = [];
  for (let n = 0; n < 6; n++) waiting.unshift(await pool.miner());
  for (const miner of waiting) {
    miner.write(SUBSCRIBE);
    await pause(20);
  }
  for (let pair = 0; pair < 3; pair++) {
    pool.clock.advance(pair === 0 ? EXCHANGE_MS : 1_000);
    while (waiting[1]!.lines.length === 0) await pause(5);
    await pause(20);
    expect(waiting.map(({ lines }) => lines.length)).toEqual([1, 1, 0, 0, 0, 0].slice(0, waiting.length));
    for (const miner of waiting.splice(0, 2)) await leave(pool, miner);
  }
});

it('is passed by those who speak TLS as well', async () => {
  const read = (name: string): string => readFileSync(new URL(name, TLS), 'utf8');
  const context = createSecureContext({ cert: read('first.crt'), key: read('first.key') });
  const pool = await known({ tls: () => context });
  const socket = connectTls({ port: pool.port, host: '127.0.0.1', rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  await pause(20);
  socket.write(LOGIN);
  let heard = '';
  for await (const chunk of socket.setEncoding('utf8')) {
    heard += chunk as string;
    if (heard.includes('"mining.notify","params"')) break;
  }
  expect(heard).toContain('"mining.notify","params"');
});

it('is left by all when the pool closes', async () => {
  const pool = await known();
  const miner = await pool.miner();
  await pause(20);
  await pool.listener.close('the test is over');
  await miner.closing();
});
