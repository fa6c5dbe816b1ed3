import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { base58 } from '@scure/base';
import { DEFAULT_LIMITS } from '../../../src/stratum/index.js';
import { ADDRESS, EASY, GUARD, OTHER_ADDRESS, PoolUnderTest } from './pool-under-test.js';
import { HARD_REGTEST, sampleWork } from './sample-work.js';
import type { WireMiner } from './wire-miner.js';

const USER = `${ADDRESS}.rig1`;
const WORST = `${OTHER_ADDRESS}.worst`;
const HONEST = '127.0.0.2';
const PING = '{"id":9,"method":"mining.ping","params":[]}\n';
const PINGS = PING.repeat(1_000);

afterEach(() => PoolUnderTest.closeAll());

async function open(options: Parameters<typeof PoolUnderTest.open>[0] = {}): Promise<PoolUnderTest> {
  const pool = await PoolUnderTest.open(options);
  pool.listener.setWork(sampleWork({ job: 1, tip: 1 }));
  return pool;
}

/** A miner with an accepted share. */
async function proven(pool: PoolUnderTest, from = HONEST): Promise<WireMiner> {
  const miner = await pool.miner(from);
  const notify = await miner.logIn(USER);
  expect((await miner.submit(USER, miner.grind(notify))).result).toBe(true);
  pool.clock.advance(500);
  return miner;
}

/** Whether a new connection is answered. */
async function isLetIn(pool: PoolUnderTest, from: string): Promise<boolean> {
  try {
    const miner = await pool.miner(from);
    return (await miner.call('mining.subscribe', [])).error === null;
  } catch {
    return false;
  }
}

describe('a miner whose shares are all rejected', () => {
  it('gets new work after a minute, is asked to reconnect after two, and is dropped after three', async () => {
    const pool = await open();
    const miner = await pool.miner();
    const notify = await miner.logIn(USER);
    const share = miner.grind(notify, { difficulty: EASY / 2, notDifficulty: EASY });
    const methods = (): unknown[] => miner.lines.flatMap(({ method }) => method ?? []);
    const heard: unknown[] = [];
    for (let second = 0; second <= 180; second++) {
      const before = methods().length;
      miner.write(
        `${JSON.stringify({ id: 1000 + second, method: 'mining.submit', params: [USER, ...share] })}\n`,
      );
      if (second === 180) break;
      await miner.answer(1000 + second);
      if (second === 60 || second === 120) {
        await miner.until(() => methods().length > before || undefined);
        heard.push(...methods().slice(before));
      }
      pool.clock.advance(1_000);
    }
    await miner.closing();
    expect(heard).toEqual(['mining.notify', 'client.reconnect']);
  });

  it('is left alone while the pool has no work to be right about', async () => {
    const pool = await open();
    const miner = await pool.miner();
    const notify = await miner.logIn(USER);
    const share = miner.grind(notify);
    pool.listener.setNoWork('bitcoind is away');
    for (let second = 0; second <= 200; second++) {
      expect((await miner.submit(USER, share)).error?.[0]).toBe(21);
      pool.clock.advance(1_000);
    }
    expect(miner.closed).toBe(false);
  });
});

describe('lines above what a connection may send', () => {
  it('wait, and are answered in their order a few a second', async () => {
    const pool = await open();
    const miner = await pool.miner();
    miner.write(PINGS);
    await miner.until(() => miner.lines.length >= 300 || undefined);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(miner.lines.length).toBe(300);
    pool.clock.advance(2_000);
    await miner.until(() => miner.lines.length >= 310 || undefined);
    expect(miner.closed).toBe(false);
  });

  it('end the connection after a minute of them', async () => {
    const pool = await open();
    const miner = await pool.miner();
    await miner.logIn(USER);
    for (let second = 0; second <= 70 && !miner.closed; second++) {
      miner.write(PING.repeat(100));
      await new Promise((resolve) => setTimeout(resolve, 5));
      pool.clock.advance(1_000);
    }
    await miner.closing();
  });

  it('are not the logins of a proxy with 5,000 miners, all at once, each time it comes back', async () => {
    const pool = await open();
    const logins = Array.from({ length: 5_000 }, (_, i) =>
      JSON.stringify({ id: i, method: 'mining.authorize', params: [`${ADDRESS}.rig${i}`, 'x'] }),
    ).join('\n');
    for (let visit = 1; visit <= 3; visit++) {
      const proxy = await pool.miner();
      const notify = await proxy.logIn(USER);
      proxy.write(`${logins}\n`);
      const share = proxy.submit(`${ADDRESS}.rig4999`, proxy.grind(notify));
      for (let second = 0; second < 30 && proxy.lines.length < 5_006; second++) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        pool.clock.advance(1_000);
      }
      expect((await share).result).toBe(true);
      expect(proxy.lines.filter(({ result }) => result === true)).toHaveLength(5_002);
      proxy.end();
    }
  });

  it('do not keep good shares of a miner waiting', async () => {
    const pool = await open();
    const miner = await proven(pool);
    const notify = miner.lines.find(({ method }) => method === 'mining.notify')!;
    for (let i = 2; i < 500; i++) {
      const extranonce2 = i.toString(16).padStart(16, '0');
      expect((await miner.submit(USER, miner.grind(notify, { extranonce2 }))).result).toBe(true);
    }
  });
});

describe('many lines at once', () => {
  const PINGED = 200;
  /** 32 from each of the rows that a connection's lines can be in before and after it owes. */
  const MOST_IN_A_ROUND = 64;
  let turning = false;

  afterEach(() => {
    turning = false;
  });

  /** The most lines that the listener wrote in one turn of the event loop, by the port of the miner; 0 for all. */
  function mostInATurn(pool: PoolUnderTest): Map<number, number> {
    const most = new Map<number, number>();
    const written = new Map<number, number>();
    const count = (port: number, lines: number): void =>
      void written.set(port, (written.get(port) ?? 0) + lines);
    pool.server.on('connection', (socket) => {
      const write = socket.write.bind(socket) as (text: string, encoding: BufferEncoding) => boolean;
      const port = socket.remotePort!;
      socket.write = ((text: string, encoding: BufferEncoding) => {
        const lines = text.split('\n').length - 1;
        for (const of of [0, port]) count(of, lines);
        return write(text, encoding);
      }) as typeof socket.write;
    });
    turning = true;
    const turn = (): void => {
      for (const [of, lines] of written) most.set(of, Math.max(most.get(of) ?? 0, lines));
      written.clear();
      if (turning) setImmediate(turn);
    };
    turn();
    return most;
  }

  async function pinged(miners: readonly WireMiner[]): Promise<void> {
    for (const miner of miners) miner.write(PING.repeat(PINGED));
    for (const miner of miners) {
      await miner.until(
        () => miner.lines.filter(({ result }) => result === 'pong').length === PINGED || undefined,
      );
    }
  }

  it('of twenty strangers are worked off 32 between two turns of the event loop', async () => {
    const pool = await open();
    const most = mostInATurn(pool);
    await pinged(await Promise.all(Array.from({ length: 20 }, () => pool.miner())));
    expect(most.get(0)).toBe(32);
  });

  it('of one that has proved work are as few, but where it owes from there on', async () => {
    const pool = await open();
    const most = mostInATurn(pool);
    const miner = await proven(pool);
    await pinged([miner]);
    // It may come up once more in the same round, among those who owe: that depends on how fast the machine is.
    expect(most.get(miner.socket.localPort!)).toBeGreaterThanOrEqual(32);
    expect(most.get(miner.socket.localPort!)).toBeLessThanOrEqual(MOST_IN_A_ROUND);
  });
});

describe('an address that does harm', () => {
  async function misbehave(pool: PoolUnderTest, from: string, times: number): Promise<void> {
    for (let i = 0; i < times; i++) {
      const worst = await pool.miner(from);
      worst.write('no json\n');
      await worst.closing();
    }
    pool.clock.advance(500);
  }

  it('is kept out for a while, and no other with it', async () => {
    const pool = await open();
    await misbehave(pool, '127.0.0.9', 20);
    expect(await isLetIn(pool, '127.0.0.9')).toBe(false);
    expect(await isLetIn(pool, HONEST)).toBe(true);
    pool.clock.advance(60_000);
    expect(await isLetIn(pool, '127.0.0.9')).toBe(true);
  });

  /** Of a miner that is to a share here as an ESP32 to one of difficulty 0.001. */
  const slowestHashrate = 50_000 * (EASY / 0.001);

  it('is not, when somebody behind it has proved work', async () => {
    const pool = await open({ limits: { ...DEFAULT_LIMITS, slowestHashrate } });
    await proven(pool, '127.0.0.9');
    await misbehave(pool, '127.0.0.9', 40);
    expect(await isLetIn(pool, '127.0.0.9')).toBe(true);
  });

  it('is, when what was proved is a share of four hashes', async () => {
    const pool = await open();
    await proven(pool, '127.0.0.9');
    await misbehave(pool, '127.0.0.9', 40);
    expect(await isLetIn(pool, '127.0.0.9')).toBe(false);
  });
});

it('says that it is full when it is', async () => {
  const pool = await open({ maxConnections: 2 });
  expect(await isLetIn(pool, HONEST)).toBe(true);
  expect(pool.listener.guardReport().full).toBe(false);
  expect(await isLetIn(pool, HONEST)).toBe(true);
  expect(pool.listener.guardReport().full).toBe(true);
  expect(await isLetIn(pool, HONEST)).toBe(false);
  expect(pool.listener.guardReport().drops).toEqual({ full: 1 });
});

describe('an address that has sent many worthless shares', () => {
  it('has not earned the node with them, and others get in', async () => {
    const guard = { ...GUARD, nodeConnections: 60, strangersPerAddress: 16 };
    const pool = await open({ network: HARD_REGTEST, startDifficulty: 1, guard });
    const bad = await pool.miner('127.0.0.9');
    await bad.call('mining.subscribe', []);
    await bad.call('mining.authorize', [WORST, `d=${EASY}`]);
    const notify = await bad.next('mining.notify');
    for (let i = 0; i < 100; i++) {
      const extranonce2 = i.toString(16).padStart(16, '0');
      expect((await bad.submit(WORST, bad.grind(notify, { extranonce2 }))).result).toBe(true);
    }
    pool.clock.advance(500);
    let letIn = 0;
    for (let i = 0; i < 70; i++) {
      if (await isLetIn(pool, '127.0.0.9')) letIn++;
      if (i % 10 === 9) pool.clock.advance(250);
    }
    // 16 that anybody has, and one for the connection that did prove work.
    expect(letIn).toBeLessThanOrEqual(17);
    expect(await isLetIn(pool, HONEST)).toBe(true);
  });
});

const wishFor = (difficulty: number): string =>
  `{"id":9,"method":"mining.suggest_difficulty","params":[${difficulty}]}\n`;

describe('a full room of strangers', () => {
  it('gives up one that does not log in, and none whose login waits for the share log', async () => {
    const pool = await open({ guard: { ...GUARD, nodeConnections: 4 } });
    let answer = (): void => {};
    pool.sink.gate = new Promise((resolve) => {
      answer = resolve;
    });
    const waiting = await pool.miner('127.0.0.3');
    await waiting.call('mining.subscribe', []);
    const login = waiting.call('mining.authorize', [USER, 'x']);
    const silent = await pool.miner('127.0.0.4');
    await silent.call('mining.subscribe', []);
    pool.clock.advance(3_001);
    expect(await isLetIn(pool, '127.0.0.5')).toBe(true);
    await silent.closing();
    answer();
    expect((await login).result).toBe(true);
  });
});

/** The pool's end of the last connection. */
function taken(socket: Socket | null): Socket {
  if (socket === null) throw new Error('nobody connected');
  return socket;
}

describe('a miner that does not read', () => {
  it.each([
    ['a stranger', 64 << 10, false],
    ['one that has proved work', 512 << 10, true],
  ])('is let go where it is %s beyond %i bytes, and by itself', async (_, most, isProven) => {
    const limits = { ...DEFAULT_LIMITS, lineBurst: 1e6 };
    const pool = await open({ limits });
    const honest = await proven(pool);
    let server: Socket | null = null;
    let mostWaiting = 0;
    pool.server.prependListener('connection', (socket) => {
      server = socket;
    });
    const deaf = isProven ? await proven(pool, '127.0.0.3') : await pool.miner('127.0.0.3');
    if (!isProven) await deaf.logIn(WORST);
    deaf.socket.pause();
    for (let rounds = 0; !taken(server).destroyed && rounds < 5_000; rounds++) {
      if (!deaf.socket.writableNeedDrain) deaf.write(PING.repeat(100));
      await new Promise((resolve) => setTimeout(resolve, 1));
      mostWaiting = Math.max(mostWaiting, taken(server).writableLength);
    }
    expect(taken(server).destroyed).toBe(true);
    expect(mostWaiting).toBeLessThanOrEqual(most);
    expect(mostWaiting).toBeGreaterThan(most / 2);
    expect((await honest.call('mining.ping', [])).result).toBe('pong');
  });
});

describe('memory', () => {
  it('that waits for readers is bounded for all together, and who has proved work keeps its connection', async () => {
    const memoryBytes = 1 << 20;
    const most = 64 << 20;
    const limits = { ...DEFAULT_LIMITS, lineBurst: 1e6, strangerBacklogBytes: most, backlogBytes: most };
    const pool = await open({ guard: { ...GUARD, memoryBytes }, limits });
    const honest = await proven(pool);
    const deaf: WireMiner[] = [];
    for (let i = 0; i < 4; i++) {
      const worst = await pool.miner();
      deaf.push(worst);
      await worst.logIn(WORST);
      worst.socket.pause();
    }
    let mostBytes = 0;
    for (let rounds = 0; pool.listener.stats().connections > 2 && rounds < 2_000; rounds++) {
      for (const worst of deaf) if (!worst.socket.writableNeedDrain) worst.write(PINGS);
      await new Promise((resolve) => setTimeout(resolve, 1));
      mostBytes = Math.max(mostBytes, pool.listener.guardReport().pendingBytes);
    }
    expect(pool.listener.stats().connections).toBeLessThanOrEqual(2);
    expect(mostBytes).toBeLessThanOrEqual(memoryBytes);
    expect((await honest.call('mining.ping', [])).result).toBe('pong');
  });

  it('of strangers counts only beyond what each has to have', async () => {
    const pool = await open({ guard: { ...GUARD, memoryBytes: 50_000 }, maxConnections: 500 });
    const farm = await Promise.all(Array.from({ length: 100 }, () => pool.miner()));
    for (const rig of farm) await rig.logIn(`${ADDRESS}.${farm.indexOf(rig)}`);
    for (let refresh = 2; refresh < 20; refresh++)
      pool.listener.setWork(sampleWork({ job: refresh, tip: 1 }));
    await farm[99]!.call('mining.ping', []);
    expect(pool.listener.stats().connections).toBe(100);
  });

  it('that strangers have kept for them is bounded as well: names and jobs of their own', async () => {
    const memoryBytes = 200_000;
    const pool = await open({ guard: { ...GUARD, memoryBytes } });
    const honest = await proven(pool);
    for (let i = 0; i < 20; i++) {
      const stranger = await pool.miner();
      // Each with a payout of its own, or they would have each other's jobs.
      await stranger.logIn(base58.encode(new Uint8Array(32).fill(i + 1)));
      for (let wish = 1; wish <= 15; wish++) stranger.write(wishFor(EASY * 2 ** wish));
      await stranger.call('mining.ping', []).catch(() => {});
      expect(pool.listener.guardReport().pendingBytes).toBeLessThanOrEqual(memoryBytes);
    }
    expect(pool.listener.stats().connections).toBeLessThan(15);
    expect(pool.listener.stats().connections).toBeGreaterThan(2);
    expect((await honest.call('mining.ping', [])).result).toBe('pong');
  });
});
