import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../../src/lib/index.js';
import { PoolLink, parsePoolUrl } from '../../../src/miner/pool-link.js';

const servers: Server[] = [];
const links: PoolLink[] = [];
afterEach(async () => {
  for (const link of links.splice(0)) link.stop();
  for (const server of servers.splice(0)) {
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
});

async function listen(onSocket: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.resume();
    onSocket(socket);
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A link whose calls are recorded; `heard` waits for a record that was not taken yet. */
function linkTo(port: number): { link: PoolLink; clock: ManualClock; heard(): Promise<string> } {
  const clock = new ManualClock(1_000_000);
  const records: string[] = [];
  let notice: () => void = () => undefined;
  const record = (text: string): void => {
    records.push(text);
    notice();
  };
  const link = new PoolLink({ host: '127.0.0.1', port }, clock, {
    opened: () => record('opened'),
    line: (line) => record(`line ${line}`),
    closed: (reason, retryMs) => record(`closed ${retryMs} ${reason}`),
  });
  links.push(link);
  const heard = async (): Promise<string> => {
    while (records.length === 0) {
      await new Promise<void>((resolve) => {
        notice = resolve;
      });
    }
    return records.shift()!;
  };
  return { link, clock, heard };
}

describe('the link to a pool', () => {
  it('dials again after 1, 2, 4, 8, 16, 30 and 30 s, and after 1 s once it was accepted', async () => {
    const port = await listen((socket) => socket.end());
    const { link, clock, heard } = linkTo(port);
    link.dial();
    for (const seconds of [1, 2, 4, 8, 16, 30, 30]) {
      expect(await heard()).toBe('opened');
      expect(await heard()).toBe(`closed ${seconds * 1000} the pool closed the connection`);
      clock.advance(seconds * 1000);
    }
    expect(await heard()).toBe('opened');
    link.healthy();
    expect(await heard()).toMatch(/^closed 1000 /);
  });

  it('backs off from a port nobody listens on', async () => {
    const port = await listen(() => undefined);
    await new Promise<void>((resolve) => servers.pop()!.close(() => resolve()));
    const { link, clock, heard } = linkTo(port);
    link.dial();
    expect(await heard()).toMatch(/^closed 1000 .*ECONNREFUSED/);
    clock.advance(1_000);
    expect(await heard()).toMatch(/^closed 2000 .*ECONNREFUSED/);
  });

  it('gives up a pool that has been silent for 180 s', async () => {
    const port = await listen((socket) => socket.write('hello\n'));
    const { link, clock, heard } = linkTo(port);
    link.dial();
    expect(await heard()).toBe('opened');
    expect(await heard()).toBe('line hello');
    clock.advance(180_000);
    expect(await heard()).toBe('closed 1000 the pool said nothing for 180 s');
  });

  it('gives up a pool whose line does not end', async () => {
    const port = await listen((socket) => socket.write('x'.repeat(1_100_000)));
    const { link, heard } = linkTo(port);
    link.dial();
    expect(await heard()).toBe('opened');
    expect(await heard()).toMatch(/^closed 1000 a line grew beyond/);
  });

  it('moves to another port of its host, not to another host, and comes back when that port fails', async () => {
    const home = await listen((socket) => socket.write('home\n'));
    const other = await listen((socket) => socket.end('other\n'));
    const { link, clock, heard } = linkTo(home);
    link.dial();
    expect([await heard(), await heard()]).toEqual(['opened', 'line home']);
    expect(link.moveTo('elsewhere.example', other)).toBe(false);
    expect(link.moveTo('127.0.0.1', other)).toBe(true);
    link.drop('asked to move', 5_000);
    expect(await heard()).toBe('closed 5000 asked to move');
    clock.advance(5_000);
    expect([await heard(), await heard()]).toEqual(['opened', 'line other']);
    expect(await heard()).toMatch(/^closed 1000 /);
    clock.advance(1_000);
    expect([await heard(), await heard()]).toEqual(['opened', 'line home']);
  });
});

describe('a pool URL', () => {
  it.each([
    ['stratum+tcp://pool.example:3333', 'pool.example', 3333],
    ['tcp://127.0.0.1:34255/', '127.0.0.1', 34255],
    ['localhost:1', 'localhost', 1],
    ['stratum+tcp://[::1]:3333', '::1', 3333],
  ])('%s is understood', (url, host, port) => {
    expect(parsePoolUrl(url)).toEqual({ host, port });
  });

  it.each([
    'pool.example',
    'http://pool.example:80',
    'stratum+tcp://:3333',
    'pool.example:0',
    'pool.example:65536',
    '',
  ])('"%s" is refused', (url) => {
    expect(() => parsePoolUrl(url)).toThrow(expect.objectContaining({ code: 'POOL_URL_INVALID' }));
  });
});
