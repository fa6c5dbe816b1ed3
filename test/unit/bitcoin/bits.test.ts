import { describe, expect, it } from '@jest/globals';
import {
  bitsAtLeast,
  bitsAtMost,
  bitsToTarget,
  hashMeets,
  isCanonicalBits,
  targetToLe,
  workOfBits,
  workOfTarget,
} from '../../../src/bitcoin/index.js';
import { fromDisplayHex } from '../../../src/lib/index.js';
import { seededRandom } from '../stratum/session/modelled-miner.js';

// Bitcoin Core, src/test/arith_uint256_tests.cpp, "bignum_SetCompact": the cases that re-encode to themselves.
const CANONICAL: readonly (readonly [number, bigint])[] = [
  [0x01120000, 0x12n],
  [0x02008000, 0x80n],
  [0x02123400, 0x1234n],
  [0x03123456, 0x123456n],
  [0x04123456, 0x12345600n],
  [0x05009234, 0x92340000n],
  [0x20123456, 0x123456n << 232n],
  // The genesis block's, and the example of the developer reference's "Target nBits".
  [0x1d00ffff, 0xffffn << 208n],
  [0x1b0404cb, 0x0404cbn << 192n],
  [0x207fffff, 0x7fffffn << 232n],
  // The largest there is: 0x00ffff at exponent 33 fills 256 bits.
  [0x2100ffff, 0xffffn << 240n],
];

// Same file: these decode to zero, to a negative number, beyond 256 bits, or re-encode to another value.
const REFUSED = [
  0,
  0x00123456,
  0x01003456,
  0x02000056,
  0x03000000,
  0x04000000,
  0x00923456,
  0x01803456,
  0x02800056,
  0x03800000,
  0x04800000,
  0x01123456,
  0x02123456,
  0x01fedcba,
  0x04923456,
  0xff123456,
  0x2101ffff,
  0x2200ffff,
  0x04001234,
  -1,
  1.5,
  2 ** 32,
  Number.NaN,
];

describe('bits', () => {
  it.each(CANONICAL)('0x%s is the target Bitcoin Core says', (bits, target) => {
    expect(bitsToTarget(bits)).toBe(target);
    expect(bitsAtMost(target)).toBe(bits);
    expect(bitsAtLeast(target)).toBe(bits);
  });

  it.each(REFUSED)('%d is not canonical and refused', (bits) => {
    expect(isCanonicalBits(bits)).toBe(false);
    expect(() => bitsToTarget(bits)).toThrow(expect.objectContaining({ code: 'BITS_NOT_CANONICAL' }));
  });

  it('are, for any target, the nearest canonical values below and above it', () => {
    const random = seededRandom(1);
    for (let i = 0; i < 20_000; i++) {
      const width = 1 + Math.floor(random() * 255);
      let target = 1n << BigInt(width - 1);
      for (let at = 0; at < width; at += 24) target ^= BigInt(Math.floor(random() * 2 ** 24)) << BigInt(at);
      target = target & ((1n << BigInt(width)) - 1n) || 1n;
      const below = bitsAtMost(target);
      const above = bitsAtLeast(target);
      // Hand-written successor: one more in the mantissa, or the next exponent when the sign bit would be set.
      const size = below >>> 24;
      const step = size <= 3 ? 1n : 1n << BigInt(8 * (size - 3));
      const good =
        isCanonicalBits(below) &&
        isCanonicalBits(above) &&
        bitsToTarget(below) <= target &&
        bitsToTarget(above) >= target &&
        bitsToTarget(above) - bitsToTarget(below) <= step;
      if (!good) throw new Error(`target ${target}: ${below.toString(16)}, ${above.toString(16)}`);
    }
  });

  it('stop at the largest target there is', () => {
    expect(bitsAtLeast((1n << 256n) - 1n)).toBe(0x2100ffff);
    expect(bitsAtLeast(1n << 300n)).toBe(0x2100ffff);
    expect(bitsAtMost((1n << 256n) - 1n)).toBe(0x2100ffff);
  });
});

describe('work', () => {
  it('of the genesis block is its chainwork, 0x100010001', () => {
    expect(workOfBits(0x1d00ffff)).toBe(0x100010001n);
  });

  it('of regtest blocks is 2, and of the hardest target all of 2^255', () => {
    expect(workOfBits(0x207fffff)).toBe(2n);
    expect(workOfTarget(1n)).toBe(1n << 255n);
    expect(workOfTarget((1n << 256n) - 1n)).toBe(1n);
  });

  it('of a share at difficulty 2^60 stays below the bound of a share, 2^96', () => {
    expect(workOfBits(bitsAtMost((0xffffn << 208n) >> 60n))).toBeLessThan(1n << 96n);
  });
});

describe('hashMeets', () => {
  it('compares as numbers, the target itself included', () => {
    const target = targetToLe(bitsToTarget(0x1d00ffff));
    const hash = (display: string): Uint8Array => fromDisplayHex(display.padEnd(64, '0'));
    expect(hashMeets(hash('00000000ffff'), target)).toBe(true);
    expect(hashMeets(fromDisplayHex(`00000000ffff${'0'.repeat(51)}1`), target)).toBe(false);
    expect(hashMeets(fromDisplayHex(`00000000fffe${'f'.repeat(52)}`), target)).toBe(true);
    expect(hashMeets(hash('00000001'), target)).toBe(false);
    expect(hashMeets(hash(''), target)).toBe(true);
  });
});
