import { describe, expect, it } from '@jest/globals';
import { sha256 } from '../../../../src/lib/index.js';
import { HashIndex } from '../../../../src/stratum/session/hash-index.js';

/** A different hash for each number. */
function hashOf(n: number): Uint8Array {
  return sha256(Uint8Array.of(n, n >>> 8, n >>> 16, n >>> 24));
}

describe('the index of share hashes', () => {
  it('knows each of 20,000 hashes after it was added and none before', () => {
    const index = new HashIndex();
    for (let n = 0; n < 20_000; n++) {
      if (index.has(hashOf(n))) throw new Error(`${n} is known before it was added`);
      index.add(hashOf(n));
    }
    for (let n = 0; n < 20_000; n++) if (!index.has(hashOf(n))) throw new Error(`${n} is forgotten`);
    expect(index.has(hashOf(20_000))).toBe(false);
  });

  it('tells hashes apart that fall into the same slot, and finds those behind a removed one', () => {
    const index = new HashIndex();
    // The slot is the first word's low bits, so all of these want the same one.
    const crowd = Array.from({ length: 200 }, (_, n) => {
      const hash = hashOf(n);
      hash.fill(1, 0, 4);
      return hash;
    });
    for (const hash of crowd) index.add(hash);
    index.remove(crowd[50]!);
    expect(crowd.filter((hash) => index.has(hash))).toHaveLength(199);
    expect(index.has(crowd[50]!)).toBe(false);
    index.add(crowd[50]!);
    expect(index.has(crowd[50]!)).toBe(true);
  });

  it('forgets a removed hash also while a full table moves into the next one', () => {
    const index = new HashIndex();
    // Past three quarters of the first 1,024 slots a second table is open, and nearly all is still in the first.
    const first = Array.from({ length: 790 }, (_, n) => hashOf(n));
    for (const hash of first) index.add(hash);
    for (const hash of first) index.remove(hash);
    for (let n = 1_000; n < 3_000; n++) index.add(hashOf(n));
    expect(first.filter((hash) => index.has(hash))).toEqual([]);
    for (let n = 1_000; n < 3_000; n++) if (!index.has(hashOf(n))) throw new Error(`${n} is forgotten`);
    index.add(first[5]!);
    expect(index.has(first[5]!)).toBe(true);
  });

  it('removes a hash from an older table, too', () => {
    const index = new HashIndex();
    for (let n = 0; n < 5_000; n++) index.add(hashOf(n));
    index.remove(hashOf(3));
    expect([index.has(hashOf(3)), index.has(hashOf(4))]).toEqual([false, true]);
  });
});
