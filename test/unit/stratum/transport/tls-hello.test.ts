import { describe, expect, it } from '@jest/globals';
import { asksForRetry, TlsHello } from '../../../../src/stratum/transport/tls-hello.js';

const CLIENT_HELLO = 1;
const KIB = 1 << 10;

function record(type: number, content: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([type, 3, 1, content.length >> 8, content.length & 255]), content]);
}

/** Of so many bytes behind its head, of which `sent` come. */
function message(type: number, bytes: number, sent = bytes): Buffer {
  const head = Buffer.from([type, bytes >> 16, (bytes >> 8) & 255, bytes & 255]);
  return Buffer.concat([head, Buffer.alloc(sent, 1)]);
}

/** Whether it all may come, in pieces of so many bytes. */
function comes(hello: TlsHello, bytes: Uint8Array, piece: number): boolean {
  for (let at = 0; at < bytes.length; at += piece)
    if (!hello.take(bytes.subarray(at, at + piece))) return false;
  return true;
}

/** In records of so many bytes, as a client may cut it. */
function inRecords(bytes: Buffer, each: number): Buffer {
  const records: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += each) records.push(record(0x16, bytes.subarray(at, at + each)));
  return Buffer.concat(records);
}

describe.each([1, 3, 11, 2_048])('a ClientHello that comes by %d bytes', (piece) => {
  it('may have sixteen KiB, in one record or in many', () => {
    for (const each of [2, 700, 16 * KIB])
      expect(comes(new TlsHello(), inRecords(message(CLIENT_HELLO, 16 * KIB), each), piece)).toBe(true);
  });

  it('may announce no more, in whatever records its head comes', () => {
    for (const bytes of [16 * KIB + 1, 128 * KIB, 0xffffff])
      for (const each of [1, 2, 6])
        expect(comes(new TlsHello(), inRecords(message(CLIENT_HELLO, bytes, 2), each), piece)).toBe(false);
  });

  it('is followed by whatever it is, encrypted perhaps', () => {
    const hello = new TlsHello();
    expect(comes(hello, record(0x16, message(CLIENT_HELLO, 500)), piece)).toBe(true);
    expect(comes(hello, record(0x14, Buffer.from([1])), piece)).toBe(true);
    expect(comes(hello, record(0x16, message(CLIENT_HELLO, 0xffffff, 36)), piece)).toBe(true);
  });

  it('is held to it again where another was asked for', () => {
    const hello = new TlsHello();
    expect(comes(hello, record(0x16, message(CLIENT_HELLO, 500)), piece)).toBe(true);
    hello.again();
    expect(comes(hello, record(0x14, Buffer.from([1])), piece)).toBe(true);
    expect(comes(hello, record(0x16, message(CLIENT_HELLO, 0xffff, 2)), piece)).toBe(false);
  });
});

it('nothing else may be the first message', () => {
  expect(new TlsHello().take(record(0x16, message(2, 50)))).toBe(false);
});

it('a ServerHello asks for another by what stands for its random number', () => {
  const random = 'cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c';
  const answer = (hex: string): Buffer =>
    record(
      0x16,
      Buffer.concat([message(2, 40, 0), Buffer.from([3, 3]), Buffer.from(hex, 'hex'), Buffer.alloc(6)]),
    );
  expect(asksForRetry(answer(random))).toBe(true);
  expect(asksForRetry(answer(random.replace('c', 'd')))).toBe(false);
  expect(asksForRetry(Buffer.alloc(3))).toBe(false);
});
