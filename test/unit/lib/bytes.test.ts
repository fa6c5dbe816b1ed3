import { describe, expect, it } from '@jest/globals';
import {
  bigintFromLe,
  bigintToLe,
  compareBytes,
  concatBytes,
  equalBytes,
  fromDisplayHex,
  fromHex,
  fromUtf8,
  toDisplayHex,
  toHex,
  utf8,
} from '../../../src/lib/index.js';

describe('hex', () => {
  it('reads both cases and writes lower case', () => {
    expect(Array.from(fromHex('00fFAb10'))).toEqual([0x00, 0xff, 0xab, 0x10]);
    expect(toHex(Uint8Array.of(0, 255, 171, 16))).toBe('00ffab10');
    expect(fromHex('')).toHaveLength(0);
  });

  it('writes any length as Node does', () => {
    for (const length of [0, 1, 6, 7, 32, 511, 512, 513, 2000]) {
      const bytes = Uint8Array.from({ length }, (_, i) => 37 * i + length);
      expect(toHex(bytes)).toBe(Buffer.from(bytes).toString('hex'));
    }
  });

  it.each(['0', 'zz', '0x00', ' 00', '00 ', '00\n', '+1', '0g'])('refuses %j', (text) => {
    expect(() => fromHex(text)).toThrow(expect.objectContaining({ code: 'HEX_MALFORMED' }));
  });

  it('refuses another length than the one asked for', () => {
    expect(() => fromHex('0011', 3)).toThrow(expect.objectContaining({ code: 'HEX_LENGTH' }));
    expect(fromHex('001122', 3)).toHaveLength(3);
  });

  it('shows hashes reversed, as explorers do', () => {
    // The genesis block hash ends in zeros inside and begins with them on a screen.
    const display = '000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f';
    const hash = fromDisplayHex(display);
    expect([hash[0], hash[31]]).toEqual([0x6f, 0x00]);
    expect(toDisplayHex(hash)).toBe(display);
    expect(() => fromDisplayHex('00')).toThrow(expect.objectContaining({ code: 'HEX_LENGTH' }));
  });
});

describe('bytes', () => {
  it('join, compare and order', () => {
    const joined = concatBytes(Uint8Array.of(1), new Uint8Array(0), Uint8Array.of(2, 3));
    expect(Array.from(joined)).toEqual([1, 2, 3]);
    expect(equalBytes(joined, Uint8Array.of(1, 2, 3))).toBe(true);
    expect(equalBytes(joined, Uint8Array.of(1, 2))).toBe(false);
    expect(equalBytes(joined, Uint8Array.of(1, 2, 4))).toBe(false);
    expect(compareBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 0))).toBeLessThan(0);
    expect(compareBytes(Uint8Array.of(255), Uint8Array.of(1, 2))).toBeGreaterThan(0);
    expect(compareBytes(joined, joined)).toBe(0);
  });

  it('are little-endian integers', () => {
    expect(bigintFromLe(Uint8Array.of(0x34, 0x12))).toBe(0x1234n);
    expect(bigintFromLe(new Uint8Array(0))).toBe(0n);
    expect(toHex(bigintToLe(0x1234n, 4))).toBe('34120000');
  });

  it('hold text as UTF-8', () => {
    expect(toHex(utf8('ORC1'))).toBe('4f524331');
    expect(fromUtf8(fromHex('e282bf'))).toBe('₿');
  });
});
