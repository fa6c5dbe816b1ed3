import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DEFAULT_LIMITS } from '../../../src/stratum/index.js';
import { ADDRESS, EASY, OTHER_ADDRESS, PoolUnderTest } from './pool-under-test.js';
import { START_MS, sampleWork } from './sample-work.js';
import type { WireMiner } from './wire-miner.js';

const USER = `${ADDRESS}.rig1`;
const CONFIGURE = '{"id":1,"method":"mining.configure","params":[["version-rolling"],{}]}\n';
const SUBSCRIBE = '{"id":2,"method":"mining.subscribe","params":["wire-miner/1"]}\n';
const AUTHORIZE = `{"id":3,"method":"mining.authorize","params":["${USER}","x"]}\n`;

let pool: PoolUnderTest;
let miner: WireMiner;

beforeEach(async () => {
  pool = await PoolUnderTest.open({}, 0x010203);
  pool.listener.setWork(sampleWork({ job: 1, tip: 1 }));
  miner = await pool.miner();
});

afterEach(() => PoolUnderTest.closeAll());

/** What a line is, for telling an order. */
function kinds({ lines }: WireMiner): unknown[] {
  return lines.map(({ id, method }) => method ?? id);
}

describe('the start of a connection', () => {
  it('is silent until the miner speaks, and subscribe’s answer is its first line, byte for byte', async () => {
    pool.clock.advance(40_000);
    miner.write(SUBSCRIBE);
    await miner.answer(2);
    const session = /a5010203[0-9a-f]{16}/.exec(miner.texts[0]!)![0];
    expect(miner.texts).toEqual([
      `{"id":2,"result":[[["mining.set_difficulty","${session}"],["mining.notify","${session}"]],"a5010203",8],"error":null}`,
    ]);
  });

  it('brings no work before the login', async () => {
    miner.write(SUBSCRIBE);
    await miner.answer(2);
    pool.listener.setWork(sampleWork({ job: 2, tip: 2 }));
    pool.clock.advance(31_000);
    await miner.call('mining.suggest_difficulty', [EASY]);
    expect(miner.lines).toHaveLength(2);
  });

  const EXPECTED = [1, 2, 3, 'mining.set_version_mask', 'mining.set_difficulty', 'mining.notify'];

  it('may be written in one segment', async () => {
    miner.write(CONFIGURE + SUBSCRIBE + AUTHORIZE);
    await miner.next('mining.notify');
    expect(kinds(miner)).toEqual(EXPECTED);
  });

  it('may arrive byte by byte, with carriage returns, empty lines and lines of blanks', async () => {
    for (const byte of (CONFIGURE + SUBSCRIBE + AUTHORIZE).replaceAll('\n', '\r\n\n \t\r\n')) {
      miner.write(byte);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await miner.next('mining.notify');
    expect(kinds(miner)).toEqual(EXPECTED);
  });

  it('may bring whatever a miner wishes for before the subscription, and answers only', async () => {
    const calls = [
      ['mining.extranonce.subscribe', []],
      ['mining.suggest_difficulty', [EASY * 2]],
      ['mining.suggest_target', ['0'.repeat(64)]],
      ['mining.configure', [['version-rolling', 'minimum-difficulty'], { 'minimum-difficulty.value': EASY }]],
      ['mining.multi_version', [1]],
      ['mining.subscribe', []],
    ] as const;
    miner.write(calls.map(([method, params], id) => `${JSON.stringify({ id, method, params })}\n`).join(''));
    await miner.answer(5);
    expect(kinds(miner)).toEqual([0, 1, 2, 3, 4, 5]);
    for (const { error } of miner.lines) expect(error).toBeNull();
  });

  it('may bring the login before the subscription', async () => {
    miner.write(AUTHORIZE + SUBSCRIBE);
    await miner.next('mining.notify');
    expect(kinds(miner)).toEqual([3, 2, 'mining.set_difficulty', 'mining.notify']);
  });

  it('keeps a submit behind the login it was sent after, however long that takes', async () => {
    let open = (): void => {};
    pool.sink.gate = new Promise((resolve) => {
      open = resolve;
    });
    miner.write(SUBSCRIBE + AUTHORIZE);
    miner.write(
      `{"id":4,"method":"mining.submit","params":["${USER}","00","0000000000000000","00000000","0"]}\n`,
    );
    await miner.answer(2);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(kinds(miner)).toEqual([2]);
    open();
    expect((await miner.answer(4)).error).toEqual([
      21,
      'Job not found: too old, or sent to another connection',
      null,
    ]);
    expect(kinds(miner)).toEqual([2, 3, 'mining.set_difficulty', 'mining.notify', 4]);
  });

  it('answers what comes behind a login whatever its values are, and goes on', async () => {
    let open = (): void => {};
    pool.sink.gate = new Promise((resolve) => {
      open = resolve;
    });
    // Looked at, should it be a block, while the login waits for the disk.
    const share = '["0000000000000000","0000000000000000","00000000","00000000"]'.slice(1);
    const calls = ['{"toString":1}', '[{"valueOf":1}]', '7', 'null'].map(
      (user, i) => `{"id":${10 + i},"method":"mining.submit","params":[${user},${share}}\n`,
    );
    miner.write(SUBSCRIBE + AUTHORIZE + calls.join(''));
    await miner.answer(2);
    await new Promise((resolve) => setTimeout(resolve, 50));
    open();
    for (const i of calls.keys()) {
      expect((await miner.answer(10 + i)).error).toEqual([
        24,
        'Unauthorized worker: authorize this name first',
        null,
      ]);
    }
    expect((await miner.call('mining.ping', [])).result).toBe('pong');
  });

  it('answers a second subscribe with the same extranonce1', async () => {
    const notify = await miner.logIn(USER);
    const again = await miner.call('mining.subscribe', []);
    expect((again.result as unknown[])[1]).toBe('a5010203');
    expect((await miner.submit(USER, miner.grind(notify))).result).toBe(true);
  });

  it('ends for those who do not log in within a minute', async () => {
    miner.write(SUBSCRIBE);
    await miner.answer(2);
    pool.clock.advance(DEFAULT_LIMITS.loginMs + 1_000);
    await miner.closing();
  });
});

describe('the first work', () => {
  it('is spelled as every firmware reads it', async () => {
    const notify = await miner.logIn(USER);
    expect(miner.texts.at(-2)).toBe('{"id":null,"method":"mining.set_difficulty","params":[0.000000001]}');
    const [id, prevHash, coinb1, coinb2, branch, version, bits, time, clean] = notify.params as string[];
    expect(id).toMatch(/^a5000001[0-9a-f]{8}$/);
    expect(prevHash).toMatch(/^[0-9a-f]{64}$/);
    // BIP34's height 101, the tag, and the push of 12 extranonce bytes end the first half.
    expect(coinb1).toMatch(/^02000000010{64}ffffffff14016504746573740c$/);
    expect(coinb2).toMatch(/^feffffff03/);
    expect(branch).toHaveLength(3);
    expect([version, bits, time, clean]).toEqual([
      '20000000',
      '207fffff',
      (START_MS / 1000).toString(16),
      true,
    ]);
  });
});

describe('ids', () => {
  it.each([
    '7',
    '"seven"',
    'null',
    '-1',
    '12345678901234567890',
    '1.5',
    '{"a":[1]}',
    '""',
    'true',
    '1e3',
    '1.0',
    '-0',
    '"\\u0041\\\\"',
    '["}",{"id":1}]',
    '"Zürich €"',
  ])('%s are repeated as they came', async (id) => {
    miner.write(`{"id":${id},"method":"mining.nonsense","params":[]}\n`);
    await miner.until(() => miner.lines[0]);
    expect(miner.texts[0]).toBe(
      `{"id":${id},"result":null,"error":[20,"Unsupported method \\"mining.nonsense\\"",null]}`,
    );
  });

  it('that are absent are answered as null', async () => {
    miner.write('{"method":"mining.subscribe"}\n');
    await miner.until(() => miner.lines[0]);
    expect(miner.texts[0]).toMatch(/^\{"id":null,"result":\[/);
  });
});

describe('what the pool does not understand', () => {
  it('an unknown method is answered, and the connection goes on', async () => {
    expect((await miner.call('mining.set_goal', [4])).error).toEqual([
      20,
      'Unsupported method "mining.set_goal"',
      null,
    ]);
    await miner.logIn(USER);
  });

  it('a message without a method is answered', async () => {
    miner.write('{"id":5,"params":{}}\n');
    expect((await miner.answer(5)).error).toEqual([20, 'The message names no method', null]);
  });

  it('params by name are none', async () => {
    miner.write('{"id":5,"method":"mining.subscribe","params":{"agent":"x"}}\n');
    expect((await miner.answer(5)).error).toBeNull();
    miner.write('{"id":6,"method":"mining.submit","params":{"worker":"x"}}\n');
    expect((await miner.answer(6)).error?.[0]).toBe(24);
  });

  it('a submit without a subscription is answered 25', async () => {
    expect((await miner.call('mining.submit', [USER, '1', '2', '3', '4'])).error?.[0]).toBe(25);
  });

  it('answers to questions it never asked are passed over', async () => {
    miner.write('{"id":1,"result":true,"error":null}\n');
    await miner.logIn(USER);
  });

  it.each(['GET / HTTP/1.1', '\x16\x03\x01', '[1,2]', '"mining.subscribe"', '{"id":1,'])(
    'a line that is no JSON object (%j) ends the connection',
    async (line) => {
      miner.write(`${line}\n`);
      await miner.closing();
      expect(miner.lines).toEqual([]);
    },
  );
});

describe('line lengths', () => {
  const paddedTo = (bytes: number): string => {
    const line = '{"id":9,"method":"mining.nonsense","params":[""]}';
    return `${line.replace('""', `"${'x'.repeat(bytes - line.length)}"`)}\n`;
  };

  it('up to 1 KiB are read before the login', async () => {
    miner.write(paddedTo(1024));
    expect((await miner.answer(9)).error?.[0]).toBe(20);
    miner.write(paddedTo(1025));
    await miner.closing();
  });

  it('up to 8 KiB are read after it', async () => {
    await miner.logIn(USER);
    miner.write(paddedTo(8192));
    expect((await miner.answer(9)).error?.[0]).toBe(20);
    miner.write(paddedTo(8193));
    await miner.closing();
  });

  it('of a few KiB may come in pieces, wherever they are cut', async () => {
    await miner.logIn(USER);
    const line = (id: number): string =>
      `{"id":${id},"method":"mining.ping","params":["${'x'.repeat(7_900)}"]}\n`;
    for (const [id, cut] of [4_095, 4_096, 4_097, 5_840, 7_950].entries()) {
      miner.write(line(100 + id).slice(0, cut));
      await new Promise((resolve) => setTimeout(resolve, 20));
      miner.write(`${line(100 + id).slice(cut)}{"id":${200 + id},"method":"mining.ping","params":[]}\n`);
      expect((await miner.answer(100 + id)).result).toBe('pong');
      expect((await miner.answer(200 + id)).result).toBe('pong');
    }
  });

  it('are bounded without an end of line, too', async () => {
    miner.write('x'.repeat(1025));
    await miner.closing();
  });
});

describe('many lines at once', () => {
  beforeEach(async () => {
    // Here it is not about how many lines of what kind a miner may send.
    pool = await PoolUnderTest.open({ limits: { ...DEFAULT_LIMITS, lineBurst: 1e6 } });
    pool.listener.setWork(sampleWork({ job: 1, tip: 1 }));
    miner = await pool.miner();
  });

  it('are all answered, in order', async () => {
    await miner.logIn(USER);
    const ids = Array.from({ length: 500 }, (_, i) => 1000 + i);
    miner.write(
      ids.map((id) => `{"id":${id},"method":"mining.suggest_difficulty","params":[1e-9]}\n`).join(''),
    );
    await miner.answer(1499);
    expect(miner.lines.map(({ id }) => id).filter((id) => typeof id === 'number' && id >= 1000)).toEqual(ids);
  });

  it('of one miner do not keep another waiting', async () => {
    const other = await pool.miner();
    await miner.logIn(USER);
    await other.call('mining.subscribe', []);
    miner.write('{"id":1000,"method":"mining.suggest_difficulty","params":[1e-9]}\n'.repeat(1200));
    await miner.answer(1000);
    await other.call('mining.suggest_difficulty', [EASY]);
    expect(miner.lines.filter(({ id }) => id === 1000).length).toBeLessThan(1200);
  });

  it('that nobody reads the answers of end the connection', async () => {
    await miner.logIn(USER);
    miner.socket.pause();
    const lines = '{"id":1,"method":"mining.nonsense","params":[]}\n'.repeat(1000);
    for (let i = 0; i < 400; i++) miner.write(lines);
    await miner.closing();
    expect(pool.listener.stats().connections).toBe(0);
  });
});

describe('configure', () => {
  it.each([
    [
      'asks for no mask',
      [['version-rolling'], {}],
      { 'version-rolling': true, 'version-rolling.mask': '1fffe000' },
    ],
    [
      'asks for less than the pool allows',
      [['version-rolling'], { 'version-rolling.mask': '00FF0000', 'version-rolling.min-bit-count': 2 }],
      { 'version-rolling': true, 'version-rolling.mask': '00ff0000' },
    ],
    [
      'asks for more',
      [['version-rolling'], { 'version-rolling.mask': 'ffffffff' }],
      { 'version-rolling': true, 'version-rolling.mask': '1fffe000' },
    ],
    [
      'asks for bits nobody allows',
      [['version-rolling'], { 'version-rolling.mask': '00000fff' }],
      { 'version-rolling': false },
    ],
    [
      'asks for what the pool does not know',
      [['version-rolling', 'minimum-difficulty', 'x"y', '__proto__'], { 'minimum-difficulty.value': 2048 }],
      JSON.parse(
        '{"version-rolling":true,"version-rolling.mask":"1fffe000","minimum-difficulty":true,"x\\"y":false,"__proto__":false}',
      ),
    ],
    ['asks for nothing', [[], {}], {}],
    [
      'names a mask that is none',
      [['version-rolling'], { 'version-rolling.mask': 'all' }],
      { 'version-rolling': 'version-rolling.mask is not 8 hex digits' },
    ],
  ])('answers each key to a miner that %s', async (_who, params, result) => {
    const reply = await miner.call('mining.configure', params);
    expect(reply.error).toBeNull();
    expect(JSON.stringify(reply.result)).toBe(JSON.stringify(result));
  });

  it('without a list of extensions is answered 20', async () => {
    expect((await miner.call('mining.configure', [])).error?.[0]).toBe(20);
  });
});

describe('who may log in', () => {
  const refusal = async (username: unknown): Promise<unknown> =>
    (await miner.call('mining.authorize', [username, 'x'])).error;

  it.each([
    ['', /^log in with <Bitcoin or K2 address>/],
    [undefined, /^The username is missing/],
    ['bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4.rig', /is a mainnet address.*regtest/],
    ['bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt082', /checksum/],
    ['satoshi', /is not a Bitcoin/],
  ])('not %s', async (username, text) => {
    expect(await refusal(username)).toEqual([24, expect.stringMatching(text), null]);
  });

  it('a Bitcoin address, and beside it other workers of the same one only', async () => {
    const notify = await miner.logIn(USER);
    const second = `${ADDRESS.toUpperCase()}.rig2`;
    expect((await miner.call('mining.authorize', [second])).result).toBe(true);
    expect(await refusal(`${OTHER_ADDRESS}.rig3`)).toEqual([
      24,
      `This connection mines for ${ADDRESS}: open another one for ${OTHER_ADDRESS}`,
      null,
    ]);

    const [first, other, third] = ['1', '2', '3'].map((n) =>
      miner.grind(notify, { extranonce2: `000000000000000${n}` }),
    );
    expect((await miner.submit(USER, first!)).result).toBe(true);
    expect((await miner.submit(second, other!)).result).toBe(true);
    expect((await miner.submit(`${OTHER_ADDRESS}.rig3`, third!)).error?.[0]).toBe(24);
    expect(pool.sink.committed.map(({ worker, record }) => [worker, record.miner])).toEqual([
      [1, 1],
      [2, 1],
    ]);
  });

  it('under any worker name, which its submits repeat as it is', async () => {
    const name = `${ADDRESS}.shed #2 büro ${'x'.repeat(100)}`;
    const notify = await miner.logIn(name);
    expect((await miner.submit(name, miner.grind(notify))).result).toBe(true);
  });

  it('more workers behind a proxy than are told apart: those beyond mine as the first', async () => {
    const small = await PoolUnderTest.open({ limits: { ...DEFAULT_LIMITS, workers: 2 } });
    small.listener.setWork(sampleWork({ job: 1, tip: 1 }));
    const proxy = await small.miner();
    const notify = await proxy.logIn(USER);
    const names = [USER, ...['2', '3', '4'].map((n) => `${ADDRESS}.rig${n}`)];
    for (const [i, name] of names.entries()) {
      expect((await proxy.call('mining.authorize', [name])).result).toBe(true);
      const share = proxy.grind(notify, { extranonce2: `000000000000000${i}` });
      expect((await proxy.submit(name, share)).result).toBe(true);
    }
    expect(small.sink.committed.map(({ worker }) => worker)).toEqual([1, 2, 1, 1]);
    expect(small.listener.stats().shares).toMatchObject({ accepted: 4, invalid: 0 });
  });

  it('a K2 key in a pool, and its shares commit to it', async () => {
    const notify = await miner.logIn('4vJ9JU1bJJE96FWSJKvHsmmFADCg4gpZQff4P3bkLKi.rig');
    expect(
      (await miner.submit('4vJ9JU1bJJE96FWSJKvHsmmFADCg4gpZQff4P3bkLKi.rig', miner.grind(notify))).result,
    ).toBe(true);
  });

  it('a K2 key not where the block itself pays', async () => {
    const solo = await PoolUnderTest.open({ mode: 'solo' });
    solo.listener.setWork(sampleWork({ job: 1, tip: 1, solo: true }));
    const k2 = await solo.miner();
    const { error } = await k2.call('mining.authorize', ['4vJ9JU1bJJE96FWSJKvHsmmFADCg4gpZQff4P3bkLKi']);
    expect(error).toEqual([24, expect.stringMatching(/mines solo.*Bitcoin address/), null]);
  });

  it('those whom the share log knows, or an error and another try', async () => {
    pool.sink.gate = Promise.reject(new Error('the disk is full'));
    expect(await refusal(USER)).toEqual([20, 'Login failed, try again: the disk is full', null]);
    pool.sink.gate = Promise.resolve();
    await miner.logIn(USER);
  });
});
