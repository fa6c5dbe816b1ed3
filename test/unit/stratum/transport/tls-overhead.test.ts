import { beforeEach, expect, it } from '@jest/globals';
import { TlsOverhead } from '../../../../src/stratum/transport/tls-overhead.js';

const KIB = 1 << 10;

let overhead: TlsOverhead;
beforeEach(() => {
  overhead = new TlsOverhead(0);
});

it('is much beyond a record, and too much beyond 32 KiB', () => {
  expect(overhead.isTooMuch(18 * KIB, 0, 0)).toBe(false);
  expect(overhead.isMuch).toBe(false);
  expect(overhead.isTooMuch(18 * KIB + 1, 0, 0)).toBe(false);
  expect(overhead.isMuch).toBe(true);
  expect(overhead.isTooMuch(32 * KIB, 0, 0)).toBe(false);
  expect(overhead.isTooMuch(32 * KIB + 1, 0, 0)).toBe(true);
});

it('is none of records that are heard at their end, one after the other', () => {
  const record = 16 * KIB + 22;
  for (let i = 0; i < 100; i++) {
    for (let slice = 2; slice <= 16; slice += 2) {
      expect(overhead.isTooMuch(i * record + slice * KIB, i * 16 * KIB, 0)).toBe(false);
      expect(overhead.isMuch).toBe(false);
    }
    expect(overhead.isTooMuch((i + 1) * record, (i + 1) * 16 * KIB, 0)).toBe(false);
  }
});

it('is forgotten by a byte a millisecond', () => {
  overhead.isTooMuch(32 * KIB, 0, 0);
  expect(overhead.isTooMuch(33 * KIB, 0, 1_024)).toBe(false);
  expect(overhead.isTooMuch(33 * KIB + 2, 0, 1_025)).toBe(true);
  overhead.isTooMuch(33 * KIB + 2, 0, 40_000);
  expect(overhead.isMuch).toBe(false);
});

it('is none of who says a quarter of what it sends, however much, nor is anything saved up by that', () => {
  for (let kib = 4; kib <= 4_096; kib += 4)
    expect(overhead.isTooMuch(kib * KIB, (kib / 4) * KIB, 0)).toBe(false);
  expect(overhead.isMuch).toBe(false);
  overhead.isTooMuch(5_000 * KIB, 5_000 * KIB, 0);
  expect(overhead.isTooMuch(5_033 * KIB, 5_000 * KIB, 0)).toBe(true);
});
