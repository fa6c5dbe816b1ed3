import { once } from 'node:events';
import { copyFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../../src/lib/index.js';
import { TlsContext, TlsIdentity, TrustedProxies } from '../../../src/stratum/index.js';
import { KeptLog, silentLogger } from '../../surroundings.js';
import { newFolder } from '../shares/shard-test.js';
import { ADDRESS, PLAIN, PoolUnderTest } from './pool-under-test.js';
import { sampleWork } from './sample-work.js';

const USER = `${ADDRESS}.rig1`;
const SUBSCRIBE = '{"id":1,"method":"mining.subscribe","params":[]}\n';
const AUTHORIZE = `{"id":2,"method":"mining.authorize","params":["${USER}","x"]}\n`;

afterEach(() => PoolUnderTest.closeAll());

const VECTORS = new URL('../../../../test/vectors/tls/', import.meta.url);

/** A copy of one of the certificates and its key. */
function certificate(folder: string, name: 'first' | 'second' | 'rsa'): { certificate: string; key: string } {
  const files = { certificate: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) };
  copyFileSync(new URL(`${name}.crt`, VECTORS), files.certificate);
  copyFileSync(new URL(`${name}.key`, VECTORS), files.key);
  return files;
}

/** The first certificate, in files that may be renewed, and shown as a listener shows it. */
function shown(now = '2026-12-01') {
  const folder = newFolder();
  const given = certificate(folder, 'first');
  const files = { certificate: join(folder, 'live.crt'), key: join(folder, 'live.key') };
  copyFileSync(given.certificate, files.certificate);
  copyFileSync(given.key, files.key);
  const clock = new ManualClock(Date.parse(now));
  const log = new KeptLog();
  const identity = new TlsIdentity(files, log, clock);
  const context = new TlsContext();
  context.use(identity.pem);
  identity.onRenewed = (pem) => context.use(pem);
  return { folder, files, clock, log, identity, tls: () => context.current };
}

async function poolWith(
  transport: Partial<typeof PLAIN>,
  high = false,
  log = new KeptLog(),
): Promise<PoolUnderTest> {
  const highPort = high ? { startDifficulty: 1e-6, minDifficulty: 1e-6 } : null;
  const pool = await PoolUnderTest.open({ highPort }, 0, { ...PLAIN, ...transport }, log);
  pool.listener.setWork(sampleWork({ job: 1, tip: 1 }));
  return pool;
}

/** All that comes back until `enough`, or the end. */
async function said(socket: TLSSocket | ReturnType<typeof connect>, enough: RegExp): Promise<string> {
  let text = '';
  socket.setEncoding('utf8');
  for await (const chunk of socket.on('error', () => {})) {
    text += chunk;
    if (enough.test(text)) break;
  }
  return text;
}

/** Goes on reading afterwards. */
function untilSaid(socket: TLSSocket, words: string): Promise<void> {
  let text = '';
  return new Promise((resolve) => {
    socket.on('data', (chunk) => {
      text += chunk;
      if (text.includes(words)) resolve();
    });
  });
}

function tlsClient(port: number, options: ConnectionOptions): TLSSocket {
  const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options });
  return socket.on('error', () => {});
}

async function agreesOnTls(port: number, options: ConnectionOptions): Promise<boolean> {
  const socket = tlsClient(port, options);
  const agreed = await new Promise<boolean>((resolve) => {
    socket.once('secureConnect', () => resolve(true)).once('close', () => resolve(false));
  });
  socket.destroy();
  return agreed;
}

/** What a client with these options says first. */
async function helloOf(options: ConnectionOptions): Promise<Buffer> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = tlsClient((server.address() as AddressInfo).port, options);
  const [socket] = (await once(server, 'connection')) as [Socket];
  const [hello] = (await once(socket, 'data')) as [Buffer];
  for (const each of [client, socket]) each.destroy();
  server.close();
  return hello;
}

/** In a record each: what is written in one turn of the event loop is one. */
async function byteByByte(socket: TLSSocket, text: string): Promise<void> {
  for (const byte of text) {
    socket.write(byte);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function secureMiner(port: number): Promise<TLSSocket> {
  const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  return socket;
}

describe('TLS', () => {
  it('is spoken on the same port as plain Stratum, told by the first byte', async () => {
    const pool = await poolWith({ tls: shown().tls });
    const secure = await secureMiner(pool.port);
    secure.write(SUBSCRIBE + AUTHORIZE);
    expect(await said(secure, /"mining\.notify","params"/)).toContain('"method":"mining.notify"');
    const plain = await pool.miner();
    expect((await plain.logIn(USER)).method).toBe('mining.notify');
    expect((await plain.submit(USER, plain.grind(plain.lines.at(-1)!))).result).toBe(true);
    expect(pool.sink.eventsOf('miner_connected')).toHaveLength(2);
  });

  it('takes a first byte that comes alone, and lets go of a handshake that is none', async () => {
    const pool = await poolWith({ tls: shown().tls });
    const plain = connect(pool.port, '127.0.0.1');
    plain.setNoDelay(true);
    plain.write(SUBSCRIBE.slice(0, 1));
    await new Promise((resolve) => setTimeout(resolve, 50));
    plain.write(SUBSCRIBE.slice(1));
    expect(await said(plain, /\n/)).toContain('"error":null');
    plain.destroy();
    const broken = connect(pool.port, '127.0.0.1');
    broken.write(Buffer.from([0x16, 0x03, 0x01, 0x00, 0x05, 1, 2, 3, 4, 5]));
    await said(broken, /never/);
    const silent = connect(pool.port, '127.0.0.1');
    await once(silent, 'connect');
    await new Promise((resolve) => setTimeout(resolve, 50));
    pool.clock.advance(21_000);
    await said(silent, /never/);
    expect(pool.listener.stats().connections).toBe(0);
  });

  it('lets go of who announces a ClientHello longer than any, the second one too', async () => {
    const pool = await poolWith({ tls: shown().tls });
    const first = connect(pool.port, '127.0.0.1');
    first.write(Buffer.from([0x16, 3, 1, 0, 6, 1, 2, 0, 0, 3, 3]));
    expect(await said(first, /never/)).toBe('');
    // One that offers first what is not agreed on is asked for another.
    const client = tlsClient(pool.port, { ecdhCurve: 'P-384:X25519' });
    await once(client, 'secureConnect');
    client.destroy();
    const again = connect(pool.port, '127.0.0.1');
    again.write(await helloOf({ ecdhCurve: 'P-384:X25519' }));
    await once(again, 'data');
    again.write(Buffer.from([0x14, 3, 3, 0, 1, 1, 0x16, 3, 3, 0, 6, 1, 2, 0, 0, 3, 3]));
    expect(await said(again, /never/)).not.toContain('result');
    expect(again.destroyed || again.readableEnded).toBe(true);
  });

  it('lets go of who begins a handshake and does not go on', async () => {
    const pool = await poolWith({ tls: shown().tls });
    const half = connect(pool.port, '127.0.0.1');
    half.write(Buffer.from([0x16, 0x03, 0x01, 0x01, 0x00, 1, 0, 0, 0xfc]));
    await new Promise((resolve) => setTimeout(resolve, 50));
    const ended = said(half, /never/);
    pool.clock.advance(19_000);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(half.readableEnded).toBe(false);
    pool.clock.advance(2_000);
    await ended;
    expect(half.destroyed).toBe(true);
  });

  it.each([
    ['X25519', true],
    ['P-256', true],
    ['P-384', false],
    ['P-521', false],
    ['ffdhe2048', false],
    ['ffdhe8192', false],
  ])('is agreed on with %s: %s, for a stranger chooses how long that takes', async (ecdhCurve, isSpoken) => {
    const pool = await poolWith({ tls: shown().tls });
    expect(await agreesOnTls(pool.port, { ecdhCurve })).toBe(isSpoken);
    expect(await agreesOnTls(pool.port, { maxVersion: 'TLSv1.2' })).toBe(true);
  });

  it('is not agreed on with the key of the certificate itself, nor again on a connection that has it', async () => {
    const rsa = new TlsContext();
    rsa.use(new TlsIdentity(certificate(newFolder(), 'rsa'), silentLogger, new ManualClock(0)).pem);
    const pool = await poolWith({ tls: () => rsa.current });
    const ciphers = (name: string) => ({ ciphers: name, maxVersion: 'TLSv1.2' }) as const;
    expect(await agreesOnTls(pool.port, ciphers('ECDHE-RSA-AES128-GCM-SHA256'))).toBe(true);
    expect(await agreesOnTls(pool.port, ciphers('AES128-GCM-SHA256'))).toBe(false);
    const socket = tlsClient(pool.port, { maxVersion: 'TLSv1.2' });
    await once(socket, 'secureConnect');
    const again = new Promise<boolean>((resolve) => {
      socket.renegotiate({ rejectUnauthorized: false }, (error) => resolve(error === null));
      setTimeout(() => resolve(false), 500);
    });
    expect(await again).toBe(false);
    socket.destroy();
  });

  it('ends for who sends much more than it says, and not for who says it byte by byte', async () => {
    const pool = await poolWith({ tls: shown().tls });
    const [slow, loud] = [await secureMiner(pool.port), await secureMiner(pool.port)];
    for (const socket of [slow, loud]) socket.setNoDelay(true).on('error', () => {});
    const greeted = untilSaid(slow, '"mining.notify","params"');
    await byteByByte(slow, SUBSCRIBE + AUTHORIZE);
    await greeted;
    // More pieces than are read at once of who sends no TLS.
    const pinged = untilSaid(slow, '"id":"slow"');
    await byteByByte(slow, `{"id":"slow","method":"mining.ping","params":["${'x'.repeat(500)}"]}\n`);
    await pinged;
    const ended = new Promise((resolve) => loud.resume().once('close', resolve));
    await byteByByte(loud, `${' '.repeat(899)}\n`.repeat(6));
    await new Promise((resolve) => setTimeout(resolve, 200));
    // What is not read at once is read with the ticks.
    for (let second = 0; second < 40; second++) {
      pool.clock.advance(1_000);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await ended;
    expect(loud.destroyed).toBe(true);
    expect(pool.listener.stats().connections).toBe(1);
  });

  it('takes all that a proxy brings at once, in the longest records', async () => {
    const pool = await poolWith({ tls: shown().tls });
    const proxy = await secureMiner(pool.port);
    const logins = Array.from({ length: 250 }, (_, i) =>
      AUTHORIZE.replace('rig1', `rig${i}`).replace('2', `${i + 2}`),
    );
    const answered = untilSaid(proxy, '"id":251,');
    proxy.write(SUBSCRIBE + logins.join(''));
    await answered;
    // Lines that nobody sends, but which are none of TLS.
    const pinged = untilSaid(proxy, '"id":1000,');
    const words = 'x'.repeat(7_000);
    for (let id = 996; id <= 1_000; id++) {
      proxy.write(`{"id":${id},"method":"mining.ping","params":["${words}"]}\n`);
    }
    await pinged;
    proxy.destroy();
  });

  it('goes on with a renewed certificate, drops nobody, and keeps the old one where the new one is wrong', async () => {
    const { files, folder, clock, identity, log, tls } = shown();
    identity.start();
    const pool = await poolWith({ tls });
    const before = await secureMiner(pool.port);
    expect(before.getPeerCertificate().subject.CN).toBe('first.example');
    const second = certificate(folder, 'second');
    copyFileSync(second.certificate, files.certificate);
    clock.advance(10_000);
    expect(identity.fault).toContain('is not the one of the certificate');
    copyFileSync(second.key, files.key);
    clock.advance(10_000);
    expect(identity.fault).toBeNull();
    const after = await secureMiner(pool.port);
    expect(after.getPeerCertificate().subject.CN).toBe('second.example');
    writeFileSync(files.certificate, 'nonsense');
    clock.advance(30_000);
    expect(identity.fault).toContain('cannot be used');
    const still = await secureMiner(pool.port);
    expect(still.getPeerCertificate().subject.CN).toBe('second.example');
    before.write(SUBSCRIBE);
    expect(await said(before, /\n/)).toContain('"error":null');
    for (const socket of [before, after, still]) socket.destroy();
    expect(log.lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'error TLS goes on with the certificate it has until this is mended',
      'info the renewed TLS certificate is in use',
      'info the TLS certificate is well again',
      'error TLS goes on with the certificate it has until this is mended',
    ]);
    expect(() => new TlsIdentity(files, silentLogger, clock)).toThrow(
      'both are PEM files this user may read',
    );
    identity.close();
  });

  it('keeps a certificate that holds before one that has run out, and says when its own has', () => {
    const { files, folder, clock, identity } = shown();
    identity.start();
    expect(identity.fault).toBeNull();
    const used = identity.pem;
    // Of 2020, with the key of the first.
    copyFileSync(new URL('past.crt', VECTORS), files.certificate);
    clock.advance(10_000);
    expect(identity.fault).toContain('ran out on Jan  1 00:00:00 2021 GMT: renew it');
    expect(identity.pem).toBe(used);
    copyFileSync(certificate(folder, 'first').certificate, files.certificate);
    clock.advance(10_000);
    expect(identity.fault).toBeNull();
    identity.close();
    const late = shown('2126-10-28T09:00:21Z');
    late.identity.start();
    expect(late.identity.fault).toBeNull();
    late.clock.advance(10_000);
    expect(late.identity.fault).toContain('ran out on Oct 28 09:00:22 2126 GMT: renew it');
    late.identity.close();
  });
});

describe('the PROXY protocol', () => {
  const trusted = new TrustedProxies(['127.0.0.0/8']);

  it('names the miner’s own address, in one segment with its lines or byte by byte', async () => {
    const pool = await poolWith({ trusted });
    const header = 'PROXY TCP4 203.0.113.7 127.0.0.1 56324 3333\r\n';
    const whole = connect(pool.port, '127.0.0.1');
    whole.write(header + SUBSCRIBE + AUTHORIZE);
    await said(whole, /"mining\.notify","params"/);
    const slow = connect(pool.port, '127.0.0.1');
    slow.setNoDelay(true);
    for (const byte of header.replace('.7', '.8')) {
      slow.write(byte);
      await new Promise((resolve) => setImmediate(resolve));
    }
    slow.write(SUBSCRIBE + AUTHORIZE);
    await said(slow, /"mining\.notify","params"/);
    const ips = pool.sink.eventsOf('miner_connected').map(({ ip }) => ip);
    expect(ips).toEqual(['203.0.113.7', '203.0.113.8']);
  });

  it('goes before TLS', async () => {
    const pool = await poolWith({ trusted, tls: shown().tls });
    const raw = connect(pool.port, '127.0.0.1');
    raw.write('PROXY TCP6 2001:db8::7 ::1 56324 3333\r\n');
    const secure = connectTls({ socket: raw, rejectUnauthorized: false });
    secure.write(SUBSCRIBE + AUTHORIZE);
    await said(secure, /"mining\.notify","params"/);
    expect(pool.sink.eventsOf('miner_connected')[0]!.ip).toBe('2001:db8::7');
    secure.destroy();
  });

  it('may be left out by the proxy’s own machine, and is not waited for without end', async () => {
    const pool = await poolWith({ trusted });
    const direct = await pool.miner();
    await direct.logIn(USER);
    expect(pool.sink.eventsOf('miner_connected')[0]!.ip).toBe('127.0.0.1');
    const silent = connect(pool.port, '127.0.0.1');
    silent.write('PROXY TC');
    await new Promise((resolve) => setTimeout(resolve, 50));
    pool.clock.advance(6_000);
    await said(silent, /never/);
    const broken = connect(pool.port, '127.0.0.1');
    broken.write('PROXY TCP4 nonsense\r\n');
    await said(broken, /never/);
  });

  it('names the address that the guard, the log and the events know, in one spelling', async () => {
    const pool = await poolWith({ trusted });
    const source = [0x20, 1, 0xd, 0xb8, ...Array(11).fill(0), 7];
    const addresses = [...source, ...Array(16).fill(0), 0, 1, 0, 2];
    const binary = Buffer.from(
      ['\r\n\r\n\0\r\nQUIT\n\x21\x21\0', String.fromCharCode(36)].join(''),
      'latin1',
    );
    const first = connect(pool.port, '127.0.0.1');
    first.write(Buffer.concat([binary, Buffer.from(addresses), Buffer.from(SUBSCRIBE + AUTHORIZE)]));
    await said(first, /"mining\.notify","params"/);
    const second = connect(pool.port, '127.0.0.1');
    second.write(`PROXY TCP6 2001:DB8:0::8 ::1 1 2\r\n${SUBSCRIBE}${AUTHORIZE}`);
    await said(second, /"mining\.notify","params"/);
    const ips = pool.sink.eventsOf('miner_connected').map(({ ip }) => ip);
    expect(ips).toEqual(['2001:db8::7', '2001:db8::8']);
    const { addresses: visitors } = pool.listener.guardReport();
    expect(visitors).toMatchObject([{ address: '2001:db8:0:0::/64', connects: 2 }]);
  });

  it('has five seconds for all of its bytes, however they come', async () => {
    const pool = await poolWith({ trusted });
    const slow = connect(pool.port, '127.0.0.1');
    slow.setNoDelay(true);
    const closed = said(slow, /never/);
    for (const byte of 'PROXY TCP4') {
      slow.write(byte);
      await new Promise((resolve) => setTimeout(resolve, 10));
      pool.clock.advance(1_000);
    }
    expect(await closed).toBe('');
  });

  it('may be followed by the end of what is asked, which is answered', async () => {
    const pool = await poolWith({ trusted });
    const brief = connect(pool.port, '127.0.0.1');
    brief.end(`PROXY TCP4 203.0.113.7 127.0.0.1 1 2\r\n${SUBSCRIBE}`);
    expect(await said(brief, /never/)).toContain('"error":null');
    const cut = connect(pool.port, '127.0.0.1');
    cut.end('PROXY TCP4 203');
    expect(await said(cut, /never/)).toBe('');
  });

  it('that is refused is named in the log at once, and then once a minute', async () => {
    const log = new KeptLog();
    const pool = await poolWith({ trusted }, false, log);
    const broken = async (): Promise<void> => {
      const proxy = connect(pool.port, '127.0.0.1');
      proxy.write('PROXY TCP4 nonsense\r\n');
      await said(proxy, /never/);
    };
    for (let i = 0; i < 3; i++) await broken();
    pool.clock.advance(60_000);
    await broken();
    const lines = log.lines.filter(({ message }) => message.includes('a broken PROXY header'));
    const why = 'an address or port is none';
    expect(lines.map(({ fields }) => fields)).toEqual([
      { ip: '127.0.0.1', why, others: 0 },
      { ip: '127.0.0.1', why, others: 2 },
    ]);
  });

  it('is not believed from anybody else', async () => {
    const log = new KeptLog();
    const pool = await poolWith({ trusted: new TrustedProxies(['10.0.0.1']) }, false, log);
    for (const header of ['PROXY TCP4 203.0.113.7 127.0.0.1 1 2\r\n', '\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c']) {
      const liar = connect(pool.port, '127.0.0.1');
      liar.write(Buffer.from(header + SUBSCRIBE, 'latin1'));
      expect(await said(liar, /never/)).toBe('');
    }
    expect(pool.listener.guardReport().drops).toEqual({ 'proxy-untrusted': 2 });
    expect(log.texts.filter((text) => text.startsWith('warn'))).toEqual([
      'warn a PROXY header came from an address that is not in stratum.trustedProxies and was refused: ' +
        'if it is your proxy, name it there {"ip":"127.0.0.1","others":0}',
    ]);
  });
});

describe('the ports', () => {
  it('of large miners begins high and stays there', async () => {
    const pool = await poolWith({}, true);
    const server = createServer();
    pool.listener.attach(server, 'high');
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const large = connect((server.address() as { port: number }).port, '127.0.0.1');
    large.write(`${SUBSCRIBE}${AUTHORIZE}{"id":3,"method":"mining.suggest_difficulty","params":[1e-9]}\n`);
    const text = await said(large, /"id":3/);
    expect(text).toContain('"mining.set_difficulty","params":[0.000001]');
    expect(text.match(/"method":"mining.set_difficulty"/g)).toHaveLength(1);
    server.close();
  });

  it('are open to IPv6 and IPv4 alike, and IPv4 addresses look like themselves', async () => {
    const pool = await poolWith({});
    const server = createServer();
    pool.listener.attach(server);
    server.listen(0, '::');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    for (const host of ['127.0.0.1', '::1']) {
      const miner = connect(port, host);
      miner.write(SUBSCRIBE + AUTHORIZE);
      await said(miner, /"mining\.notify","params"/);
    }
    expect(pool.sink.eventsOf('miner_connected').map(({ ip }) => ip)).toEqual(['127.0.0.1', '::1']);
    server.close();
  });
});
