import { once } from 'node:events';
import { connect, createServer, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Waiting } from '../../../../src/stratum/guard/waiting-rows.js';
import { TlsInput } from '../../../../src/stratum/transport/tls-input.js';
import { setBeforeTls, unreadBytes } from '../../../../src/stratum/transport/unread.js';

const SLICE_BYTES = 2048;

let client: Socket;
let input: TlsInput;
let waiting: Set<Waiting>;
let heard: Buffer[];
let closing: () => void;

beforeEach(async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = connect((server.address() as { port: number }).port, '127.0.0.1');
  const [socket] = (await once(server, 'connection')) as [Socket];
  waiting = new Set();
  const turns = {
    add: (each: Waiting) => void waiting.add(each),
    remove: (each: Waiting) => void waiting.delete(each),
  };
  input = new TlsInput(socket, () => turns);
  heard = [];
  input.on('data', (slice: Buffer) => heard.push(slice));
  closing = () => {
    for (const each of [client, input]) each.destroy();
    server.close();
  };
});

afterEach(() => closing());

async function untilItWaits(): Promise<void> {
  while (waiting.size === 0) await sleep(1);
}

async function turn(): Promise<void> {
  await untilItWaits();
  waiting.delete(input);
  expect(input.workOff()).toBe(false);
}

it('gives on a slice a turn, all of it in the end, and reads no more meanwhile', async () => {
  const sent = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251));
  client.write(sent);
  await untilItWaits();
  await sleep(50);
  expect(heard).toEqual([]);
  expect(input.heldBytes).toBeLessThanOrEqual(65_536);
  const given: number[] = [];
  input.onGiven = (bytes) => given.push(bytes);
  for (let bytes = 0; bytes < sent.length; bytes = heard.reduce((sum, { length }) => sum + length, 0))
    await turn();
  for (const { length } of heard) expect(length).toBeLessThanOrEqual(SLICE_BYTES);
  expect(Buffer.concat(heard).equals(sent)).toBe(true);
  expect(given.at(-1)).toBe(sent.length);
  // OpenSSL may have a whole record that has not ended, and what it came in.
  expect(input.heldBytes).toBe(34 << 10);
  input.hasHeard();
  expect(input.heldBytes).toBe(0);
});

it('asks for no turn while nobody reads from it, and goes on afterwards', async () => {
  client.write(Buffer.alloc(2 * SLICE_BYTES));
  await turn();
  input.pause();
  await sleep(20);
  if (waiting.size > 0) await turn();
  await sleep(20);
  expect(waiting.size).toBe(0);
  input.resume();
  await sleep(20);
  if (heard.length < 2) await turn();
  expect(heard.map(({ length }) => length)).toEqual([SLICE_BYTES, SLICE_BYTES]);
});

it('counts what waits in it as what its TLS socket has not read', async () => {
  const secure = new Socket();
  expect(unreadBytes(secure)).toBe(0);
  setBeforeTls(secure, input);
  client.write(Buffer.alloc(3 * SLICE_BYTES));
  while (input.heldBytes < 3 * SLICE_BYTES) await sleep(1);
  expect(unreadBytes(secure)).toBe(3 * SLICE_BYTES);
  await turn();
  // What OpenSSL was given counts twice until something is heard of it.
  expect(unreadBytes(secure)).toBe(2 * SLICE_BYTES + 2 * SLICE_BYTES);
  input.hasHeard();
  expect(unreadBytes(secure)).toBe(2 * SLICE_BYTES);
});

it('ends behind the last of it, and still gives answers to who has only shut its own side down', async () => {
  client.end('the last words');
  const ended = once(input, 'end');
  for (let i = 0; i < 2; i++) await turn();
  await ended;
  expect(String(Buffer.concat(heard))).toBe('the last words');
  let answer = '';
  client.on('data', (chunk) => {
    answer += chunk;
  });
  input.write('the answer');
  input.end();
  await once(client, 'close');
  expect(answer).toBe('the answer');
});

it('is gone with its socket, and its socket with it, and waits for no turn then', async () => {
  client.write('something');
  await untilItWaits();
  const closed = once(client.resume(), 'close');
  input.destroy();
  await closed;
  expect(waiting.size).toBe(0);
  expect(input.workOff()).toBe(false);
  expect(heard).toEqual([]);
});
