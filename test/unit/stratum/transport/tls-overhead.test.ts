import { beforeEach, describe, expect, it } from '@jest/globals';
import { TlsOverhead } from '../../../../src/stratum/transport/tls-overhead.js';

const KIB = 1 << 10;

let whole: TlsOverhead;
beforeEach(() => {
  whole = new TlsOverhead(0);
});

/** Of who says nothing but shares. */
const overhead = {
  isTooMuch: (sent: number, said: number, nowMs: number): boolean =>
    whole.isTooMuch({ sent, said, paid: said, waiting: 0 }, nowMs),
  get isMuch(): boolean {
    return whole.isMuch;
  },
};

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

describe('what is said', () => {
  const RECORD = 182;
  const LINE = 160;

  it.each([RECORD, 300])('is none when it is shares, each in %d bytes of records', (record) => {
    for (let i = 1; i <= 10_000; i++) {
      whole.isTooMuch({ sent: i * record, said: i * LINE, paid: i * LINE, waiting: 0 }, i);
      expect(whole.isMuch).toBe(false);
    }
  });

  it('is much when it is worth nothing, beyond some hundred lines and one or two a second more, but no reason to let go', () => {
    let lines = 0;
    const say = (count: number, nowMs: number): boolean => {
      lines += count;
      return whole.isTooMuch({ sent: lines * RECORD, said: lines * LINE, paid: 0, waiting: 0 }, nowMs);
    };
    say(100, 0);
    expect(whole.isMuch).toBe(false);
    for (let second = 1; second <= 60; second++) say(5, 1_000 * second);
    expect(whole.isMuch).toBe(false);
    say(200, 61_000);
    expect(whole.isMuch).toBe(true);
    expect(say(100_000, 62_000)).toBe(false);
    // Some hundred shares make up for all of it.
    const paid = 700 * LINE;
    whole.isTooMuch(
      { sent: lines * RECORD + 700 * RECORD, said: lines * LINE + paid, paid, waiting: 0 },
      63_000,
    );
    expect(whole.isMuch).toBe(false);
  });

  it('may be worth it where it waits, and no longer', () => {
    const sent = 60 * KIB;
    whole.isTooMuch({ sent, said: sent, paid: 0, waiting: sent }, 0);
    expect(whole.isMuch).toBe(false);
    whole.isTooMuch({ sent, said: sent, paid: 0, waiting: 0 }, 0);
    expect(whole.isMuch).toBe(true);
  });
});

it('is none of who says a quarter of what it sends, however much, nor is anything saved up by that', () => {
  for (let kib = 4; kib <= 4_096; kib += 4)
    expect(overhead.isTooMuch(kib * KIB, (kib / 4) * KIB, 0)).toBe(false);
  overhead.isTooMuch(5_000 * KIB, 5_000 * KIB, 0);
  expect(overhead.isTooMuch(5_033 * KIB, 5_000 * KIB, 0)).toBe(true);
});
