import { describe, expect, it } from '@jest/globals';
import { bigintToLe, toHex } from '../../../src/lib/index.js';
import { extranonce2Bytes, parseNotify, type Span, type Work, walkWork } from '../../../src/miner/index.js';
import { BLOCK_100000 } from './mainnet-blocks.js';

const NOTIFY = parseNotify(BLOCK_100000.notify);

function workOf(change: Partial<Work>): Work {
  return {
    id: 1,
    notify: NOTIFY,
    extranonce1: Uint8Array.of(1, 2, 3, 4),
    extranonce2Size: 4,
    versionMask: 0,
    targetLe: bigintToLe(0n, 32),
    extranonce2Start: 0n,
    stripes: 1,
    ...change,
  };
}

function take(walk: Iterable<Span>, count: number): (Span & { headerHex: string })[] {
  const spans: (Span & { headerHex: string })[] = [];
  for (const span of walk) {
    spans.push({ ...span, headerHex: toHex(span.header) });
    if (spans.length === count) break;
  }
  return spans;
}

describe('walking a work', () => {
  it('rolls the version first, then the nonces, then the extranonce2', () => {
    // Two nonce blocks of 8 and two version bits: 2 × 4 spans for each extranonce2.
    const spans = take(walkWork(workOf({ versionMask: 0x6000 }), 0, 8, 16), 9);
    expect(spans.map(({ version }) => version)).toEqual([
      1, 0x2001, 0x4001, 0x6001, 1, 0x2001, 0x4001, 0x6001, 1,
    ]);
    expect(spans.map(({ fromNonce }) => fromNonce)).toEqual([0, 0, 0, 0, 8, 8, 8, 8, 0]);
    expect(spans.map(({ extranonce2 }) => toHex(extranonce2))).toEqual([
      ...Array(8).fill('00000000'),
      '00000001',
    ]);
  });

  it('never gives two threads the same header and nonces', () => {
    const seen = new Set<string>();
    for (const stripe of [0, 1, 2]) {
      for (const span of take(walkWork(workOf({ stripes: 3, versionMask: 0x2000 }), stripe, 8, 16), 40)) {
        seen.add(`${span.headerHex} ${span.fromNonce}`);
      }
    }
    expect(seen.size).toBe(120);
  });

  it('puts the version into the header it hands out', () => {
    const [, second] = take(walkWork(workOf({ versionMask: 0x2000 }), 0, 8, 8), 2);
    expect(second!.headerHex.slice(0, 8)).toBe('01200000');
  });

  it('keeps the version of the job when nothing may be rolled', () => {
    expect(take(walkWork(workOf({}), 0, 8, 8), 3).map(({ version }) => version)).toEqual([1, 1, 1]);
  });

  it('ends with the extranonce2 space, wherever it began', () => {
    const work = workOf({ extranonce2Size: 2, extranonce2Start: 65_530n, stripes: 4096 });
    const used = take(walkWork(work, 5, 8, 8), 100).map(({ extranonce2 }) => toHex(extranonce2));
    // 65,536 / 4,096 = 16 for each stripe; 65,530 + 5 = ffff, then 4,096 on from there, past the end.
    expect(used.slice(0, 3)).toEqual(['ffff', '0fff', '1fff']);
    expect(new Set(used).size).toBe(16);
    expect(used.length).toBe(16);
  });
});

it('writes an extranonce2 big-endian in any of its sizes', () => {
  expect(toHex(extranonce2Bytes(0x0102n, 2))).toBe('0102');
  expect(toHex(extranonce2Bytes(2n ** 64n - 2n, 8))).toBe('fffffffffffffffe');
});
