import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { plainAddress } from '../../../../src/stratum/transport/peer.js';
import { LONGEST_HEADER, readProxyHeader } from '../../../../src/stratum/transport/proxy-header.js';
import { TrustedProxies } from '../../../../src/stratum/transport/trusted-proxies.js';

const ascii = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));
const SIGNATURE = '\r\n\r\n\0\r\nQUIT\n';

/** Version 2: command and family as the specification numbers them, then the addresses. */
function binary(command: number, family: number, body: readonly number[]): Uint8Array {
  const length = [body.length >> 8, body.length & 0xff];
  return Uint8Array.of(...ascii(SIGNATURE), 0x20 | command, family, ...length, ...body);
}

const IPV4 = [192, 168, 0, 1, 192, 168, 0, 11, 0xdc, 0x04, 0x01, 0xbb];
const IPV6 = [...Array(14).fill(0), 0, 1, ...Array(14).fill(0), 0, 2, 0xdc, 0x04, 0x01, 0xbb];

describe('a PROXY header', () => {
  it.each([
    // The specification's own examples (2.1): a client behind IPv4, and the longest lines.
    ['PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n', '192.168.0.1'],
    ['PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n', '255.255.255.255'],
    [
      'PROXY TCP6 ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n'.replaceAll(
        'f...f',
        'ffff:ffff:ffff:ffff:ffff:ffff',
      ),
      'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    ],
    ['PROXY UNKNOWN\r\n', null],
    ['PROXY UNKNOWN ffff:: ::1 65535 65535\r\n', null],
    ['PROXY TCP6 2001:db8::1 ::ffff:10.0.0.1 1 2\r\n', '2001:db8::1'],
  ])('of version 1 names its source: %j', (text, source) => {
    const header = { kind: 'header', length: text.length, source };
    expect(readProxyHeader(ascii(text))).toEqual(header);
    expect(readProxyHeader(ascii(`${text}{"id":1}\n`))).toEqual(header);
  });

  it.each([
    ['TCP over IPv4', binary(1, 0x11, IPV4), '192.168.0.1'],
    ['TCP over IPv4 with a TLV behind', binary(1, 0x11, [...IPV4, 0x04, 0, 1, 9]), '192.168.0.1'],
    ['TCP over IPv6', binary(1, 0x21, IPV6), '0:0:0:0:0:0:0:1'],
    ['LOCAL', binary(0, 0x00, []), null],
    ['UNSPEC', binary(1, 0x00, []), null],
    ['UDP over IPv4', binary(1, 0x12, IPV4), null],
    ['a unix socket', binary(1, 0x31, Array(216).fill(0)), null],
  ])('of version 2 names its source: %s', (_what, bytes, source) => {
    expect(readProxyHeader(bytes)).toEqual({ kind: 'header', length: bytes.length, source });
  });

  it('is waited for as long as it may become one, byte by byte', () => {
    for (const bytes of [ascii('PROXY TCP4 1.2.3.4 5.6.7.8 9 10\r\n'), binary(1, 0x11, IPV4)]) {
      for (let length = 0; length < bytes.length; length++) {
        expect(readProxyHeader(bytes.subarray(0, length))).toEqual({ kind: 'more' });
      }
    }
  });

  it.each([
    'PROXY TCP4 192.168.0.256 1.1.1.1 1 1\r\n',
    'PROXY TCP4 192.168.00.1 1.1.1.1 1 1\r\n',
    'PROXY TCP4 ::1 1.1.1.1 1 1\r\n',
    'PROXY TCP6 1:2:3:4:5:6:7 ::1 1 1\r\n',
    'PROXY TCP6 1::2::3 ::1 1 1\r\n',
    'PROXY TCP6 1:::2 ::1 1 1\r\n',
    'PROXY TCP6 :1::2 ::1 1 1\r\n',
    'PROXY TCP6 1::2: ::1 1 1\r\n',
    'PROXY TCP6 fe80::1%eth0 ::1 1 1\r\n',
    'PROXY TCP4 1.1.1.1 1.1.1.1 65536 1\r\n',
    'PROXY TCP4 1.1.1.1 1.1.1.1 1\r\n',
    'PROXY TCP4 1.1.1.1 1.1.1.1 1 1 1\r\n',
    'PROXY TCP4 1.1.1.1 1.1.1.1 1 1\n',
    'PROXY UDP4 1.1.1.1 1.1.1.1 1 1\r\n',
    `PROXY ${'x'.repeat(120)}`,
  ])('that is broken is said to be: %j', (text) => {
    expect(readProxyHeader(ascii(text)).kind).toBe('malformed');
  });

  it('of version 2 that is cut short, of another version, or too large is broken', () => {
    expect(readProxyHeader(binary(1, 0x11, IPV4.slice(1))).kind).toBe('malformed');
    expect(readProxyHeader(binary(1, 0x21, IPV6.slice(1))).kind).toBe('malformed');
    expect(readProxyHeader(binary(2, 0x11, IPV4)).kind).toBe('malformed');
    // 2.2: families above AF_UNIX and transports above DGRAM "must be rejected as invalid", unless it is LOCAL.
    for (const family of [0x41, 0x13, 0xff]) {
      expect(readProxyHeader(binary(1, family, IPV4)).kind).toBe('malformed');
      expect(readProxyHeader(binary(0, family, [])).kind).toBe('header');
    }
    const larger = binary(1, 0x11, [...IPV4, ...Array(LONGEST_HEADER).fill(0)]);
    expect(readProxyHeader(larger.subarray(0, 16)).kind).toBe('malformed');
  });

  it('is nothing a miner sends, and nothing makes the reader throw', () => {
    expect(readProxyHeader(ascii('{"id":1}\n'))).toEqual({ kind: 'none' });
    expect(readProxyHeader(Uint8Array.of(0x16, 3, 1))).toEqual({ kind: 'none' });
    fc.assert(
      fc.property(
        fc.constantFrom('', 'PROXY ', 'PROXY TCP4 ', SIGNATURE),
        fc.uint8Array({ maxLength: 700 }),
        (start, rest) => {
          const bytes = Uint8Array.of(...ascii(start), ...rest);
          const header = readProxyHeader(bytes);
          if (header.kind === 'header') expect(header.length).toBeLessThanOrEqual(bytes.length);
          if (bytes.length > LONGEST_HEADER) expect(header.kind).not.toBe('more');
        },
      ),
    );
  });
});

describe('trusted proxies', () => {
  it('are addresses and networks, IPv4 ones also where they come mapped', () => {
    const proxies = new TrustedProxies(['10.0.0.0/8', '192.168.0.7', '2001:db8::/32']);
    const trusted = ['10.1.2.3', '::ffff:10.1.2.3', '192.168.0.7', '2001:db8:1::1'];
    const others = ['11.0.0.1', '192.168.0.8', '2001:db9::1', '::ffff:11.0.0.1', '', 'nonsense'];
    expect(trusted.filter((address) => !proxies.has(address))).toEqual([]);
    expect(others.filter((address) => proxies.has(address))).toEqual([]);
    expect(new TrustedProxies([]).has('10.1.2.3')).toBe(false);
  });

  it('tell of every address in one spelling', () => {
    // RFC 5952 4 and 5: lower case, the longest run of zeros away, IPv4 in decimals.
    expect(plainAddress('2001:DB8:0:0:0:0:0:7')).toBe('2001:db8::7');
    expect(plainAddress('1:0:0:2:0:0:0:3')).toBe('1:0:0:2::3');
    expect(plainAddress('::FFFF:102:304')).toBe('1.2.3.4');
    expect(plainAddress('nonsense')).toBe('nonsense');
    expect(plainAddress('::ffff:1.2.3.4')).toBe('1.2.3.4');
    expect(plainAddress('0:0:0:0:0:ffff:102:304')).toBe('1.2.3.4');
    expect(plainAddress('2001:db8::1')).toBe('2001:db8::1');
  });
});
