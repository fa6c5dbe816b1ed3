import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls, createSecureContext, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../../../src/lib/index.js';
import type { Waiting } from '../../../../src/stratum/guard/waiting-rows.js';
import { Entrance } from '../../../../src/stratum/transport/entrance.js';
import { ProxyComplaints } from '../../../../src/stratum/transport/proxy-complaints.js';
import { TrustedProxies } from '../../../../src/stratum/transport/trusted-proxies.js';
import { unreadBytes } from '../../../../src/stratum/transport/unread.js';
import { silentLogger } from '../../../surroundings.js';

const VECTORS = new URL('../../../../../test/vectors/tls/', import.meta.url);
const RECORD = Buffer.alloc(100, ' ');
const MARK_BYTES = 4_096;
const SEGMENT_BYTES = 2_048;

let client: TLSSocket;
let admitted: Socket;
let rowsSeen: Set<string>;
let refusals: string[];
let closing: () => void;

/** A turn for whoever wants one, at once. */
function workOff(waiting: Waiting): void {
  rowsSeen.add(waiting.next!);
  setImmediate(() => waiting.workOff(performance.now()));
}

beforeEach(async () => {
  const clock = new ManualClock();
  const [cert, key] = ['first.crt', 'first.key'].map((name) => readFileSync(new URL(name, VECTORS)));
  const context = createSecureContext({ cert: cert!, key: key! });
  const entrance = new Entrance(
    { trusted: new TrustedProxies([]), tls: () => context, proxyMs: 5_000, firstByteMs: 20_000 },
    new ProxyComplaints(silentLogger, clock),
    silentLogger,
    clock,
  );
  rowsSeen = new Set();
  refusals = [];
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const isIn = new Promise<Socket>((resolve) => {
    server.on('connection', (socket) => {
      entrance.receive(socket, 'ordinary', {
        mayEnter: () => true,
        admitted: resolve,
        refused: (reason) => refusals.push(reason),
        turns: () => ({ add: workOff, remove: () => {} }),
      });
    });
  });
  client = connectTls({
    ...{ host: '127.0.0.1', rejectUnauthorized: false },
    port: (server.address() as { port: number }).port,
  });
  client.setNoDelay(true).on('error', () => {});
  await once(client, 'secureConnect');
  admitted = await isIn;
  closing = () => {
    for (const socket of [client, admitted]) socket.destroy();
    server.close();
  };
});

afterEach(() => closing());

describe('a TLS connection', () => {
  it('holds nothing once its keys are there', () => {
    expect(unreadBytes(admitted)).toBe(0);
  });

  it('that nobody reads from holds few of the bytes that come in small records', async () => {
    admitted.pause();
    client.write(RECORD);
    for (let i = 0; i < 300; i++) {
      client.write(RECORD);
      await nextTurn();
    }
    await sleep(50);
    expect(admitted.readableLength).toBeGreaterThan(0);
    expect(admitted.readableLength).toBeLessThan(MARK_BYTES);
  });

  it('counts what waits before it, of a segment of which OpenSSL was given a part', async () => {
    admitted.pause();
    const sent = 60_000;
    client.write(Buffer.alloc(sent, ' '));
    while (admitted.readableLength === 0) await sleep(1);
    await sleep(50);
    expect(unreadBytes(admitted)).toBeGreaterThan(admitted.readableLength + SEGMENT_BYTES);
    expect(unreadBytes(admitted)).toBeLessThan(sent + SEGMENT_BYTES);
  });

  it('comes behind all others when it sends much more than it says, then is let go', async () => {
    admitted.resume();
    for (let i = 0; i < 500; i++) {
      client.write(' ');
      await nextTurn();
    }
    await sleep(20);
    expect([...rowsSeen]).toEqual(['other']);
    while (!admitted.destroyed) {
      client.write(' ');
      await nextTurn();
    }
    expect([...rowsSeen]).toEqual(['other', 'long']);
    expect(refusals).toEqual(['flood']);
  });
});
