import cluster from 'node:cluster';
import { once } from 'node:events';
import { copyFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { afterEach, expect, it } from '@jest/globals';
import { ManualClock } from '../../../src/lib/index.js';
import { freePorts } from '../../../src/localnet/index.js';
import { TlsIdentity } from '../../../src/stratum/index.js';
import { silentLogger } from '../../surroundings.js';
import { newFolder } from '../shares/shard-test.js';
import { ADDRESS } from '../stratum/pool-under-test.js';
import { FleetUnderTest, NODE_GUARD } from './fleet-under-test.js';

const VECTORS = new URL('../../../../test/vectors/tls/', import.meta.url);
/** Each under a name of its own: what is known of a worker goes with it from port to port. */
const logIn = (worker: string): string =>
  '{"id":1,"method":"mining.subscribe","params":[]}\n' +
  `{"id":2,"method":"mining.authorize","params":["${ADDRESS}.${worker}","x"]}\n`;
/** All come from one address here, and some attempts are in vain. */
const GUARD = { ...NODE_GUARD, strangersPerAddress: 10_000 };
const LISTENERS = 2;
const EACH = 8;
/** At once, these can only be in if every listener has its share: a full one leaves connections to the other. */
const ALL = LISTENERS * EACH;
const PATIENCE_MS = 25_000;

const sockets: { destroy(): void }[] = [];
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await FleetUnderTest.closeAll();
});

/**
 * Tries until it does not fail: a listener that was full opens its port again in its own time, and one that was killed
 * has to start, which takes seconds where the machine has other work.
 */
async function atLast<T>(attempt: () => Promise<T>): Promise<T> {
  const untilMs = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > untilMs) throw error;
      for (const socket of sockets.splice(0)) socket.destroy();
      await pause(50);
    }
  }
}

/** So many connections at once that every listener has some. */
function everywhere<T>(open: (i: number) => Promise<T>): Promise<T[]> {
  return atLast(() => Promise.all(Array.from({ length: ALL }, (_, i) => open(i))));
}

/** The certificate's name. Fails when there is nobody. */
async function secure(port: number): Promise<{ socket: TLSSocket; name: string }> {
  const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
  sockets.push(socket);
  await once(socket, 'secureConnect');
  return { socket, name: String(socket.getPeerCertificate().subject.CN) };
}

async function said(socket: TLSSocket | ReturnType<typeof connect>, enough: RegExp): Promise<string> {
  let text = '';
  return new Promise((resolve, reject) => {
    // Refused while every listener is full: the close that follows is what counts.
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      text += String(chunk);
      if (enough.test(text)) resolve(text);
    });
    socket.once('close', () => reject(new Error(`closed after ${text}`)));
  });
}

it('both ports are open at every listener, each with its own difficulty, and take a proxy’s word for who comes', async () => {
  const [port, high] = await freePorts(2);
  const fleet = await FleetUnderTest.open({
    listeners: LISTENERS,
    maxConnections: EACH,
    guard: GUARD,
    port: port!,
    high: { port: high!, startDifficulty: 5e-8, minDifficulty: 2e-8 },
    trustedProxies: ['127.0.0.0/8'],
  });
  expect(fleet.highPort).toBe(high);
  for (const [port, difficulty, network] of [
    [fleet.port, 1e-7, '203.0.113'],
    [fleet.highPort, 5e-8, '198.51.100'],
  ] as const) {
    const texts = await everywhere((i) => {
      const socket = connect(port, '127.0.0.1');
      sockets.push(socket);
      socket.write(`PROXY TCP4 ${network}.${i} 127.0.0.1 1 2\r\n${logIn(`${port}-${i}`)}`);
      return said(socket, /"mining\.notify","params"/);
    });
    const difficulties = texts.map((text) => Number(/set_difficulty","params":\[([^\]]+)/.exec(text)![1]));
    expect(difficulties).toEqual(new Array(ALL).fill(difficulty));
    const expected = Array.from({ length: ALL }, (_, i) => `${network}.${i}`);
    await atLast(async () => expect(fleet.addresses).toEqual(expect.arrayContaining(expected)));
    for (const socket of sockets.splice(0)) socket.destroy();
  }
  expect(fleet.addresses).not.toContain('127.0.0.1');
}, 60_000);

it('a renewal reaches every listener and drops no miner; a wrong one leaves the old one, also to listeners that start anew', async () => {
  const folder = newFolder();
  const files = { certificate: join(folder, 'live.crt'), key: join(folder, 'live.key') };
  const renew = (name: string): void => {
    copyFileSync(new URL(`${name}.crt`, VECTORS), files.certificate);
    copyFileSync(new URL(`${name}.key`, VECTORS), files.key);
  };
  renew('first');
  const clock = new ManualClock(Date.parse('2026-12-01'));
  const tls = new TlsIdentity(files, silentLogger, clock);
  tls.start();
  const [port] = await freePorts(1);
  const fleet = await FleetUnderTest.open({
    listeners: LISTENERS,
    maxConnections: EACH,
    guard: GUARD,
    port: port!,
    tls,
  });
  const names = async (): Promise<string[]> => {
    const shown = await everywhere(() => secure(fleet.port));
    for (const socket of sockets.splice(0)) socket.destroy();
    return shown.map(({ name }) => name);
  };
  const miner = await secure(fleet.port);
  sockets.splice(0);
  expect(miner.name).toBe('first.example');
  renew('second');
  clock.advance(10_000);
  // The miner has one place.
  await atLast(async () => {
    const shown = await Promise.all(Array.from({ length: ALL - 1 }, () => secure(fleet.port)));
    expect(shown.map(({ name }) => name)).toEqual(new Array(ALL - 1).fill('second.example'));
  });
  miner.socket.write(logIn('rig'));
  expect(await said(miner.socket, /"mining\.notify","params"/)).toContain('"error":null');
  writeFileSync(files.certificate, 'nonsense');
  clock.advance(10_000);
  expect(tls.fault).toContain('cannot be used');
  for (const worker of Object.values(cluster.workers ?? {})) {
    worker!.process.kill('SIGKILL');
    await once(worker!, 'exit');
  }
  expect(await names()).toEqual(new Array(ALL).fill('second.example'));
  tls.close();
}, 90_000);

it('a start that fails names the port that is taken, and the setting that chooses another', async () => {
  const occupant = createServer();
  await new Promise<void>((resolve) => occupant.listen(0, '127.0.0.1', resolve));
  const { port: taken } = occupant.address() as AddressInfo;
  const high = { port: taken, startDifficulty: 5e-8, minDifficulty: 2e-8 };
  const start = FleetUnderTest.open({ listeners: 1, maxConnections: EACH, guard: GUARD, port: 0, high });
  await expect(start).rejects.toThrow(
    `port ${taken} of 127.0.0.1 is taken by another program: stop it, or choose another with --set stratum.highPort=…`,
  );
  occupant.close();
}, 20_000);
