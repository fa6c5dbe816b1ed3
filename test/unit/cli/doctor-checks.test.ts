import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Publisher } from 'zeromq';
import { checkBitcoind } from '../../../src/cli/doctor/check-bitcoind.js';
import { checkCertificate } from '../../../src/cli/doctor/check-certificate.js';
import { type Clocks, checkClock } from '../../../src/cli/doctor/check-clock.js';
import { checkDatadir } from '../../../src/cli/doctor/check-datadir.js';
import { checkDescriptors, descriptorLimit } from '../../../src/cli/doctor/check-descriptors.js';
import { adviceOn, checkDisk } from '../../../src/cli/doctor/check-disk.js';
import { checkHashing } from '../../../src/cli/doctor/check-hashing.js';
import { checkPort } from '../../../src/cli/doctor/check-port.js';
import {
  checkNativeModules,
  checkNodeVersion,
  NATIVE_MODULES,
} from '../../../src/cli/doctor/check-runtime.js';
import { checkZmq } from '../../../src/cli/doctor/check-zmq.js';
import { listenersFor, type NodeReport } from '../../../src/cli/index.js';

describe('the node version', () => {
  it.each([
    ['20.19.0', 'ok'],
    ['20.18.3', 'fail'],
    ['18.20.8', 'fail'],
    ['22.0.0', 'ok'],
  ] as const)('%s is %s', (version, state) => {
    expect(checkNodeVersion(version).state).toBe(state);
  });
});

describe('the native modules', () => {
  it('load and tell their versions', async () => {
    const { state, told } = await checkNativeModules(NATIVE_MODULES);
    expect(state).toBe('ok');
    expect(told).toMatch(/better-sqlite3 with SQLite 3\.\d+\.\d+, zeromq with libzmq 4\.\d+\.\d+/);
  });

  it('are told by name and reason where one does not load', async () => {
    const broken = { name: 'zeromq', load: () => Promise.reject(new Error('invalid ELF header\nat …')) };
    const { state, told, todo } = await checkNativeModules([broken]);
    expect([state, told]).toEqual(['fail', 'zeromq does not load: invalid ELF header']);
    expect(todo).toMatch(/^npm rebuild zeromq /);
  });
});

describe('the hashing', () => {
  it('is well with the add-on, and where the CPU could not use it', () => {
    const says = 'this CPU has no SHA instructions';
    expect(checkHashing('add-on', null)).toMatchObject({ state: 'ok', told: 'add-on' });
    expect(checkHashing('JavaScript', { kind: 'no-instructions', says })).toMatchObject({
      state: 'ok',
      told: `JavaScript: ${says}`,
    });
  });

  it.each(['not-compiled', 'refused'] as const)('could be better where the add-on is %s', (kind) => {
    const { state, told, todo } = checkHashing('JavaScript', { kind, says: 'so it is' });
    expect([state, told]).toEqual(['warn', 'JavaScript: so it is']);
    expect(todo).toContain('npm run build');
  });
});

describe('a port', () => {
  const HTTP = { about: 'http port', hostSetting: 'http.host', portFlag: '--http-port' };

  it('is free, and still free afterwards, where nobody listens; taken where somebody does', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const taken = await checkPort(HTTP, '127.0.0.1', port);
    server.close();
    await once(server, 'close');
    expect(taken).toMatchObject({ state: 'fail', told: `127.0.0.1:${port} is taken` });
    expect(taken.todo).toMatch(/another with --http-port$/);
    for (let i = 0; i < 2; i++) {
      expect((await checkPort(HTTP, '127.0.0.1', port)).state).toBe('ok');
    }
  });

  it('on an address this machine does not have is refused', async () => {
    // 192.0.2.0/24 is for documentation (RFC 5737).
    const { state, told, todo } = await checkPort(HTTP, '192.0.2.1', 8080);
    expect([state, told]).toEqual(['fail', 'this machine has no address 192.0.2.1']);
    expect(todo).toMatch(/^set http\.host to /);
  });

  it.each([8080, 0])('%i on a name that nobody has names the setting', async (port) => {
    // RFC 6761: no name under .invalid has an address.
    const { state, told, todo } = await checkPort(HTTP, 'pool.invalid', port);
    expect([state, told]).toEqual([
      'fail',
      'http.host is pool.invalid, a name for which no address is found',
    ]);
    expect(todo).toMatch(/^set http\.host to /);
  });
});

describe('file descriptors', () => {
  it('ask for as many listeners as the cores and the descriptors want', () => {
    // 10,000 / (0.6 · 1024) = 16.3; 10,000 / (0.6 · 20,000) = 0.8.
    expect(listenersFor(2, 10_000, 1024)).toBe(17);
    expect(listenersFor(2, 10_000, 20_000)).toBe(2);
    expect(listenersFor(4, 10_000, Number.POSITIVE_INFINITY)).toBe(4);
  });

  it('ask for no more listeners than there are first bytes of an extranonce', () => {
    // 2 processors of 96 cores and 2 threads each; 1,000,000 / (0.6 · 4096) = 406.9.
    expect(listenersFor(384, 10_000, 20_000)).toBe(256);
    expect(listenersFor(2, 1_000_000, 4096)).toBe(256);
    const { told } = checkDescriptors({ cores: 384, maxConnections: 10_000, listeners: 0, nofile: 20_000 });
    expect(told).toContain('over 256 listeners (the larger of 384 cores and');
    expect(told).toContain(', 256 at most)');
  });

  it.each([
    // 10,000 over 2: 5000 · 1.4 + 512 = 7512.
    [
      { cores: 2, maxConnections: 10_000, listeners: 0, nofile: 20_000 },
      'ok',
      '5000 × 1.4 + 512 = 7512 of 20000',
    ],
    // 10,000 over 17: 589 each (588.2 rounded up); 589 · 1.4 + 512 = 1336.6, the mean alone 1101.
    [
      { cores: 2, maxConnections: 10_000, listeners: 0, nofile: 1024 },
      'fail',
      '589 × 1.4 + 512 = 1337 of 1024',
    ],
    // One listener as configured: 1000 · 1.4 + 512 = 1912, the mean alone 1512.
    [
      { cores: 2, maxConnections: 1000, listeners: 1, nofile: 1600 },
      'warn',
      '1000 × 1.4 + 512 = 1912 of 1600',
    ],
  ] as const)('%j are judged %s by the worst listener', (facts, state, sum) => {
    const finding = checkDescriptors(facts);
    expect(finding.state).toBe(state);
    expect(finding.told).toContain(sum);
    expect(finding.todo === '').toBe(state === 'ok');
  });

  it.each([
    // 100,000 over 2: 50,000 · 1.4 + 512 = 70,512, which 65,536 is not.
    [{ cores: 2, maxConnections: 100_000, listeners: 2, nofile: 300 }, 131_072],
    // With 65,536: ⌈100,000 / (0.6 · 65,536)⌉ = 3 listeners, 33,334 · 1.4 + 512 = 47,180 each.
    [{ cores: 2, maxConnections: 100_000, listeners: 0, nofile: 300 }, 65_536],
  ] as const)('%j are enough with the number that is advised', (facts, advised) => {
    const { state, todo } = checkDescriptors(facts);
    expect(state).toBe('fail');
    expect(todo.match(/\d{5,}/g)).toEqual(Array(3).fill(String(advised)));
    expect(checkDescriptors({ ...facts, nofile: advised }).state).toBe('ok');
  });

  it('cannot be raised beyond what the kernel gives a process', () => {
    // 1,000,000 · 1.4 + 512 = 1,400,512, and 2²⁰ is 1,048,576.
    const { todo } = checkDescriptors({ cores: 2, maxConnections: 1_000_000, listeners: 1, nofile: 300 });
    expect(todo).toBe(
      'more than a process may have: raise stratum.listeners, or lower stratum.maxConnections',
    );
  });

  it('of this machine are a number', async () => {
    expect(await descriptorLimit()).toBeGreaterThan(0);
  });
});

describe('bitcoind', () => {
  const well: NodeReport = {
    answers: true,
    url: 'http://a:8332/',
    version: '/Satoshi:29.0.0/',
    chain: 'main',
    refused: null,
    height: 900_000,
    headers: 900_000,
    initialBlockDownload: false,
    peers: 8,
    timeMs: null,
  };
  const silent: NodeReport = { answers: false, url: 'http://b:8332/', problem: 'refuses', todo: 'start it' };
  const states = (...reports: NodeReport[]) => checkBitcoind(reports).map(({ state }) => state);

  it('is well on the right chain, caught up and with peers', () => {
    expect(states(well)).toEqual(['ok']);
  });

  it.each([
    ['refused by the chain guard', { refused: 'genesis differs' }, 'fail'],
    ['still downloading', { initialBlockDownload: true, height: 3 }, 'fail'],
    ['behind its headers', { height: 899_990 }, 'warn'],
    ['without peers', { peers: 0 }, 'warn'],
  ] as const)('is not when %s', (_what, change, state) => {
    expect(states({ ...well, ...change })).toEqual([state]);
  });

  it('needs no peers on regtest', () => {
    expect(states({ ...well, chain: 'regtest', peers: 0 })).toEqual(['ok']);
  });

  it('may fail while another one is well', () => {
    expect(states(silent)).toEqual(['fail']);
    expect(states(silent, well)).toEqual(['warn', 'ok']);
  });
});

describe('the disk', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'orcapool-doctor-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is measured where the data will be, before that folder exists, and nothing is left behind', async () => {
    const { told } = await checkDisk(join(folder, 'not/yet'), () => performance.now());
    expect(told).toMatch(/GiB free, a durable write takes \d+\.\d ms \(slowest of 20: \d+\.\d\)$/);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is a warning when a durable write takes 30 ms', async () => {
    let readings = 0;
    const { state, todo } = await checkDisk(folder, () => 30 * readings++);
    expect([state, todo]).toEqual(['warn', 'miners wait that long for each answer; use an SSD']);
  });

  it('fails where the folder is a file', async () => {
    writeFileSync(join(folder, 'file'), '');
    const finding = await checkDisk(join(folder, 'file'), () => 0);
    expect(finding.state).toBe('fail');
    expect(finding.told).toMatch(/cannot be written/);
    expect(finding.todo).toBe('a file is in its place: choose another folder with --datadir');
  });

  it.each([
    ['ENOSPC', /^the disk is full.*make room/],
    ['EDQUOT', /make room/],
    ['EROFS', /read-only/],
    ['EIO', /the disk fails/],
    ['EACCES', /^make the folder writable/],
  ])('with %s is to be mended by what helps', (code, advice) => {
    expect(adviceOn(code)).toMatch(advice);
  });
});

describe('the data directory', () => {
  it('is new, of the network, or of another, which a node refuses', () => {
    expect(checkDatadir('/d', 'signet', null)).toMatchObject({ state: 'ok', told: '/d, new' });
    expect(checkDatadir('/d', 'signet', 'signet')).toMatchObject({ state: 'ok', told: '/d, of signet' });
    expect(checkDatadir('/d', 'signet', 'mainnet')).toEqual({
      about: 'datadir',
      state: 'fail',
      told: '/d holds the data of mainnet, not of signet',
      todo: 'name another --datadir, or --network mainnet',
    });
  });
});

describe('a ZMQ address', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  /** Says `greeting` to whoever connects. */
  async function served(greeting: string | null): Promise<string> {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      if (greeting !== null) socket.write(greeting);
    }).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it('is well where a ZMQ publisher answers', async () => {
    const publisher = new Publisher();
    try {
      await publisher.bind('tcp://127.0.0.1:*');
      const address = publisher.lastEndpoint!;
      expect(await checkZmq(address, 2_000)).toMatchObject({ state: 'ok', told: `${address} answers` });
    } finally {
      publisher.close();
    }
  });

  it('could be better where nobody answers, another protocol does, or there is silence', async () => {
    const dead = await served(null);
    for (const server of servers.splice(0)) server.close();
    for (const [address, told] of [
      [dead, 'cannot be reached (ECONNREFUSED)'],
      [await served('SSH-2.0-x'), 'is something else than ZMQ'],
      [await served(null), 'does not answer within 200 ms'],
    ] as const) {
      const finding = await checkZmq(address, 200);
      expect(finding).toMatchObject({ about: 'zmq', state: 'warn', told: `${address} ${told}` });
      expect(finding.todo).toMatch(/^set zmqpubhashblock of bitcoind and bitcoin\.zmqHashBlock alike/);
    }
  });
});

describe('the clock', () => {
  const NOON_MS = Date.UTC(2026, 6, 1, 12);

  /** Wall and monotonic time move by these when waited for 250 ms. */
  function clocks(startMs: number, wallStepMs = 250): Clocks {
    let waited = 0;
    return {
      wallMs: () => startMs + waited * wallStepMs,
      monotonicMs: () => 77 + waited * 250,
      wait: async () => {
        waited++;
      },
    };
  }

  it.each([
    ['right', clocks(NOON_MS), [], 'ok'],
    ['1 s off bitcoind', clocks(NOON_MS), [1000], 'ok'],
    ['5 min off one of two bitcoinds', clocks(NOON_MS), [10, -300_000], 'warn'],
    ['3 h off bitcoind', clocks(NOON_MS), [10_800_000], 'fail'],
    ['set while watched', clocks(NOON_MS, 1250), [], 'warn'],
    ['at 1970', clocks(0), [], 'fail'],
  ] as const)('%s', async (_what, given, offsets, state) => {
    expect((await checkClock(given, offsets)).state).toBe(state);
  });

  it('tells the time and how far bitcoind is', async () => {
    expect((await checkClock(clocks(NOON_MS), [-300_000])).told).toBe(
      "2026-07-01 12:00:00 UTC, 5 min from bitcoind's",
    );
  });
});

describe('the certificate', () => {
  const files = (name: string, key = name) => ({
    certificate: fileURLToPath(new URL(`../../../../test/vectors/tls/${name}.crt`, import.meta.url)),
    key: fileURLToPath(new URL(`../../../../test/vectors/tls/${key}.key`, import.meta.url)),
  });

  it('is well, about to run out, has run out, or does not hold yet', () => {
    const until = Date.parse('2126-10-28');
    expect(checkCertificate(files('first'), Date.parse('2026-12-01')).state).toBe('ok');
    expect(checkCertificate(files('first'), Date.parse('2026-11-20'))).toMatchObject({
      state: 'warn',
      told: 'CN=first.example, valid from Nov 21 09:00:22 2026 GMT only',
    });
    expect(checkCertificate(files('past', 'first'), Date.parse('2026-12-01'))).toMatchObject({
      state: 'fail',
      told: 'CN=past.example, valid until Jan  1 00:00:00 2021 GMT: it has run out',
      todo: 'renew it; the pool reads the new file by itself',
    });
    expect(checkCertificate(files('first'), until - 13 * 86_400_000).state).toBe('warn');
    expect(checkCertificate(files('first'), until + 86_400_000).state).toBe('fail');
  });

  it('must be there and have its own key', () => {
    expect(checkCertificate(files('first', 'second'), 0)).toMatchObject({
      state: 'fail',
      told: expect.stringContaining('is not the one of the certificate'),
    });
    expect(checkCertificate(files('third'), 0).state).toBe('fail');
  });
});
