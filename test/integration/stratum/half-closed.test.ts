/** A miner that has shut its own side down is not gone: it waits for the answers it is owed. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ADDRESS, PoolUnderTest } from './pool-under-test.js';
import { sampleWork } from './sample-work.js';
import type { WireMiner } from './wire-miner.js';

const USER = `${ADDRESS}.rig1`;
const LOGIN =
  '{"id":1,"method":"mining.subscribe","params":[]}\n' +
  `{"id":2,"method":"mining.authorize","params":["${USER}","x"]}\n`;

let pool: PoolUnderTest;
let miner: WireMiner;

beforeEach(async () => {
  pool = await PoolUnderTest.open();
  pool.listener.setWork(sampleWork({ job: 1, tip: 1 }));
  miner = await pool.miner();
});

afterEach(() => PoolUnderTest.closeAll());

describe('a half-closed connection', () => {
  it('has every line answered that came before its end, and is closed then', async () => {
    const pings = Array.from({ length: 100 }, (_, i) => `{"id":${10 + i},"method":"mining.ping"}\n`);
    miner.socket.end(LOGIN + pings.join(''));
    await miner.closing();
    expect(miner.lines.filter(({ method }) => method === undefined).map(({ id }) => id)).toEqual([
      1,
      2,
      ...pings.map((_, i) => 10 + i),
    ]);
    while (pool.listener.stats().connections > 0) await new Promise((resolve) => setTimeout(resolve, 2));
  });

  it('has its share answered when the disk has spoken, and is closed then', async () => {
    const notify = await miner.logIn(USER);
    pool.sink.autoCommit = false;
    const params = [USER, ...miner.grind(notify)];
    miner.socket.end(`${JSON.stringify({ id: 90, method: 'mining.submit', params })}\n`);
    while (pool.sink.waiting.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    // Long enough for the end to have arrived after the share.
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(miner.closed).toBe(false);
    pool.sink.commit();
    expect(await miner.answer(90)).toEqual({ id: 90, result: true, error: null });
    await miner.closing();
  });

  it('has its login answered, however long the share log takes', async () => {
    let open = (): void => {};
    pool.sink.gate = new Promise((resolve) => {
      open = resolve;
    });
    miner.socket.end(LOGIN);
    await miner.answer(1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    open();
    expect(await miner.answer(2)).toEqual({ id: 2, result: true, error: null });
    await miner.closing();
  });

  it('is cut off when it does not hang up in its turn', async () => {
    const notify = await miner.logIn(USER);
    pool.sink.autoCommit = false;
    const params = [USER, ...miner.grind(notify)];
    miner.socket.end(`${JSON.stringify({ id: 90, method: 'mining.submit', params })}\n`);
    while (pool.sink.waiting.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    await new Promise((resolve) => setTimeout(resolve, 20));
    pool.clock.advance(12_000);
    await miner.closing();
    pool.sink.commit();
  });
});
