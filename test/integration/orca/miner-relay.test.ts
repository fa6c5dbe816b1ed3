import { connect, createServer, type Server, type Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { MinerRelay, RELAY_LIMITS, type RelayOptions } from '../../../orca/task/src/relay/miner-relay.js';
import { systemTimers } from '../../../orca/task/src/system-timers.js';
import { ManualClock, type Timers } from '../../../src/lib/index.js';
import { freePorts } from '../../../src/localnet/index.js';
import { atTestEnd } from '../../bitcoind.js';

/** A pool that keeps what it hears, by connection. */
class Pool {
  readonly sockets: Socket[] = [];
  readonly heard: string[] = [];
  readonly ended: number[] = [];
  private readonly server: Server;

  constructor(private readonly take: (socket: Socket) => void) {
    this.server = createServer({ allowHalfOpen: true }, (socket) => {
      const index = this.sockets.push(socket) - 1;
      this.heard[index] = '';
      socket.on('error', () => {});
      socket.on('end', () => this.ended.push(index));
      this.take(socket);
      socket.on('data', (chunk: Buffer) => {
        this.heard[index] += chunk.toString('latin1');
      });
    });
  }

  async start(port: number): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(port, '127.0.0.1', resolve));
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}

async function until(isSo: () => boolean): Promise<void> {
  const deadlineMs = Date.now() + 10_000;
  while (!isSo()) {
    if (Date.now() > deadlineMs) throw new Error(`never: ${isSo}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The relay has let go of it; it keeps its own side open, as a miner that has hung itself up does. */
function goneFrom(socket: Socket): Promise<unknown> {
  socket.resume();
  return new Promise((resolve) => socket.once('end', resolve).once('close', resolve));
}

interface Wishes extends Partial<RelayOptions> {
  readonly timers?: Timers;
  readonly take?: (socket: Socket) => void;
}

async function relayed({ timers = systemTimers, take = () => {}, ...more }: Wishes = {}) {
  const [port, poolPort] = (await freePorts(2)) as [number, number];
  const pool = new Pool(take);
  await pool.start(poolPort);
  const relay = new MinerRelay({ ...RELAY_LIMITS, host: '127.0.0.1', port, poolPort, ...more }, timers);
  relay.start();
  await until(() => relay.port !== null);
  let isStopped = false;
  const stop = async (): Promise<void> => {
    if (!isStopped) await relay.stop();
    isStopped = true;
  };
  atTestEnd(async () => {
    await stop();
    await pool.stop();
  });
  const dial = (localAddress = '127.0.0.1'): Socket => {
    const socket = connect({ port, host: '127.0.0.1', localAddress, allowHalfOpen: true });
    socket.on('error', () => {});
    atTestEnd(async () => void socket.destroy());
    return socket;
  };
  return { relay, pool, port, poolPort, dial, stop };
}

describe('the relay of miners', () => {
  it('names each miner by its own address, and hands on what either side says', async () => {
    const { relay, pool, dial, port } = await relayed();
    const [one, other] = [dial('127.0.0.11'), dial('127.0.0.12')];
    one.write('hello');
    other.write('good day');
    await until(() => pool.heard.join('').includes('hello') && pool.heard.join('').includes('good day'));
    const lines = pool.heard.map((text) => text.split('\r\n'));
    const of = (said: string): string[] => lines.find(([, rest]) => rest === said)![0]!.split(' ');
    expect(of('hello').slice(0, 4)).toEqual(['PROXY', 'TCP4', '127.0.0.11', '127.0.0.1']);
    expect(of('good day').slice(0, 4)).toEqual(['PROXY', 'TCP4', '127.0.0.12', '127.0.0.1']);
    expect(of('hello')[5]).toBe(String(port));
    let said = '';
    one.on('data', (chunk: Buffer) => {
      said += chunk;
    });
    pool.sockets[pool.heard.findIndex((text) => text.endsWith('hello'))]!.write('work');
    await until(() => said === 'work');
    expect(relay.connected).toBe(2);
  });

  it('lets what is on its way through when a miner has said its last word', async () => {
    const { relay, pool, dial } = await relayed();
    const miner = dial();
    let said = '';
    miner.on('data', (chunk: Buffer) => {
      said += chunk;
    });
    miner.end('a last share');
    await until(() => pool.ended.length === 1);
    expect(pool.heard[0]).toMatch(/a last share$/);
    pool.sockets[0]!.end('accepted');
    await until(() => relay.connected === 0);
    await until(() => said === 'accepted');
  });

  it('ends a connection of which one side has ended and the other does not', async () => {
    const timers = new ManualClock();
    const { relay, pool, dial } = await relayed({ timers });
    // The pool ends, and the miner keeps its side open; then the other way round.
    const [deaf, mute] = [dial(), dial()];
    deaf.write('deaf');
    mute.write('mute');
    await until(() => ['deaf', 'mute'].every((word) => pool.heard.some((text) => text.endsWith(word))));
    pool.sockets[pool.heard.findIndex((text) => text.endsWith('deaf'))]!.end();
    deaf.resume();
    await new Promise((resolve) => deaf.once('end', resolve));
    mute.end();
    await until(() => pool.ended.length === 1);
    timers.advance(9_999);
    expect(relay.connected).toBe(2);
    timers.advance(1);
    expect(relay.connected).toBe(0);
  });

  it('takes the other side along when one breaks', async () => {
    const { relay, pool, dial } = await relayed();
    const [one, other] = [dial(), dial()];
    one.write('one');
    other.write('other');
    await until(() => pool.heard.filter((text) => /o(ne|ther)$/.test(text)).length === 2);
    one.resetAndDestroy();
    await until(() => relay.connected === 1);
    const gone = goneFrom(other);
    pool.sockets[pool.heard.findIndex((text) => text.endsWith('other'))]!.resetAndDestroy();
    await gone;
    expect(relay.connected).toBe(0);
  });

  it('lets a miner go that says nothing for three hours', async () => {
    const timers = new ManualClock();
    const { relay, pool, dial } = await relayed({ timers });
    const miner = dial();
    miner.write('x');
    await until(() => pool.heard[0]?.endsWith('x') === true);
    timers.advance(3 * 3_600_000 - 5_000);
    expect(relay.connected).toBe(1);
    timers.advance(5_000);
    expect(relay.connected).toBe(0);
  });

  it('reads no more for whoever takes nothing, lets such a one go after a minute, and keeps the others', async () => {
    const timers = new ManualClock();
    const { relay, pool, dial } = await relayed({ timers });
    const [slow, well] = [dial(), dial()];
    slow.pause();
    slow.write('slow');
    well.write('well');
    await until(() => ['slow', 'well'].every((word) => pool.heard.some((text) => text.endsWith(word))));
    const flood = pool.sockets[pool.heard.findIndex((text) => text.endsWith('slow'))]!;
    // More than the kernel's buffers of three sockets take.
    for (let n = 0; n < 64; n++) flood.write(Buffer.alloc(1_000_000));
    await until(() => relay.waitingBytes >= RELAY_LIMITS.bytes);
    await new Promise((resolve) => setTimeout(resolve, 100));
    // A chunk of the kernel's is 64 KiB at most.
    expect(relay.waitingBytes).toBeLessThanOrEqual(2 * RELAY_LIMITS.bytes);
    timers.advance(60_000);
    expect(relay.connected).toBe(2);
    timers.advance(5_000);
    expect(relay.connected).toBe(1);
    await until(() => relay.waitingBytes === 0);
    well.write(' still');
    await until(() => pool.heard.some((text) => text.endsWith('well still')));
  });

  it('lets the greediest go when more waits altogether than may', async () => {
    const { relay, pool, dial } = await relayed({ bytes: 1_000_000, allBytes: 400_000 });
    const slow = dial();
    slow.pause();
    slow.write('slow');
    const well = dial();
    well.write('well');
    await until(() => ['slow', 'well'].every((word) => pool.heard.some((text) => text.endsWith(word))));
    const flood = pool.sockets[pool.heard.findIndex((text) => text.endsWith('slow'))]!;
    for (let n = 0; n < 64; n++) flood.write(Buffer.alloc(1_000_000));
    await until(() => relay.connected === 1);
    well.write(' still');
    await until(() => pool.heard.some((text) => text.endsWith('well still')));
  });

  it('takes so many at once and no more', async () => {
    const { relay, pool, dial } = await relayed({ connections: 2 });
    const [first] = [dial(), dial()];
    await until(() => pool.sockets.length === 2);
    const third = dial();
    await goneFrom(third);
    expect([relay.connected, relay.turnedAway]).toEqual([2, 1]);
    first!.resetAndDestroy();
    await until(() => relay.connected === 1);
    dial();
    await until(() => pool.sockets.length === 3);
  });

  it('lets miners go while there is no pool, and brings them to the one that comes', async () => {
    const { relay, pool, dial, poolPort } = await relayed();
    await pool.stop();
    const early = dial();
    await goneFrom(early);
    expect(relay.connected).toBe(0);
    const next = new Pool(() => {});
    await next.start(poolPort);
    atTestEnd(() => next.stop());
    dial().write('again');
    await until(() => next.heard[0]?.endsWith('again') === true);
  });

  it('ends with every connection and leaves the port free', async () => {
    const { relay, pool, dial, port, stop } = await relayed();
    const miner = dial();
    await until(() => pool.sockets.length === 1);
    const gone = goneFrom(miner);
    await stop();
    await gone;
    expect(relay.connected).toBe(0);
    const next = createServer().listen(port, '127.0.0.1');
    await new Promise((resolve) => next.once('listening', resolve));
    await new Promise((resolve) => next.close(resolve));
  });

  it('says who has its port, and takes it when it is free', async () => {
    const timers = new ManualClock();
    const [port, poolPort] = (await freePorts(2)) as [number, number];
    const other = createServer().listen(port, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const relay = new MinerRelay({ ...RELAY_LIMITS, host: '127.0.0.1', port, poolPort }, timers);
    atTestEnd(() => relay.stop());
    relay.start();
    await until(() => relay.problem !== null);
    expect(relay.problem!.what).toContain(`port ${port} is taken`);
    expect(relay.problem!.whatToDo).toContain('POOL_STRATUM_PORT');
    await new Promise((resolve) => other.close(resolve));
    timers.advance(15_000);
    await until(() => relay.port === port);
    expect(relay.problem).toBeNull();
  });
});
