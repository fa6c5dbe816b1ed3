import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { CountedHashes, type TipSpans } from '../../../src/shares/counted-hashes.js';

function hashOf(number: number): Uint8Array {
  return createHash('sha256').update(String(number)).digest();
}

function spans(entries: Record<string, number>): TipSpans {
  return new Map(Object.entries(entries));
}

describe('the hashes counted in a log', () => {
  it('are told from each other, and each from itself, through all growth of the table', () => {
    const counted = new CountedHashes(new Map([['a', spans({ tip: 9 })]]));
    for (let i = 0; i < 20_000; i++) expect(counted.count(hashOf(i), 'tip')).toBe(false);
    for (let i = 0; i < 20_000; i++) expect(counted.count(hashOf(i), 'tip')).toBe(true);
    expect(counted.count(hashOf(20_000), 'tip')).toBe(false);
  });

  it('that differ in any of 16 bytes are two', () => {
    const counted = new CountedHashes(new Map([['a', spans({ tip: 9 })]]));
    const hash = hashOf(0);
    expect(counted.count(hash, 'tip')).toBe(false);
    for (let byte = 0; byte < 16; byte++) {
      const other = Uint8Array.from(hash);
      other[byte]! ^= 0x80;
      expect(counted.count(other, 'tip')).toBe(false);
    }
  });

  it('are kept however many previous blocks come, until every shard is past the last batch on theirs', () => {
    const many = Array.from({ length: 100 }, (_, i) => [`tip-${i}`, 10_000] as const);
    const counted = new CountedHashes(
      new Map([
        ['a', spans({ old: 5, ...Object.fromEntries(many) })],
        ['b', spans({ old: 2 })],
      ]),
    );
    counted.reach('a', 1);
    counted.count(hashOf(0), 'old');
    for (const [tip] of many) counted.count(hashOf(1), tip);
    expect(counted.count(hashOf(0), 'old')).toBe(true);
    counted.reach('a', 6);
    expect([counted.tipsRemembered, counted.count(hashOf(0), 'old')]).toEqual([101, true]);
    counted.reach('b', 2);
    expect(counted.tipsRemembered).toBe(101);
    counted.reach('b', 3);
    expect(counted.tipsRemembered).toBe(100);
  });

  it('know the last batch of a shard that can have more', () => {
    const counted = new CountedHashes(new Map([['a', spans({ tip: 9 })]]));
    expect([counted.lastBatchOf('a', 'tip'), counted.lastBatchOf('a', 'other')]).toEqual([9, 0]);
  });
});
