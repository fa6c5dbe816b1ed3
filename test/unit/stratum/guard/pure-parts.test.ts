import { describe, expect, it } from '@jest/globals';
import { addressKey } from '../../../../src/stratum/guard/address-key.js';
import { isFault } from '../../../../src/stratum/guard/fault.js';
import { Room } from '../../../../src/stratum/guard/room.js';
import { TokenBucket } from '../../../../src/stratum/guard/token-bucket.js';

describe('an address', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8:0:0:ffff::', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['', ''],
  ])('%s counts as %s', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });
});

describe('the end of a connection', () => {
  it('for memory is the fault of a stranger, and of nobody who has proved work', () => {
    expect([false, true].map((proven) => isFault('memory', true, proven))).toEqual([true, false]);
    expect([false, true].map((proven) => isFault('slow-reader', true, proven))).toEqual([true, true]);
  });
});

describe('a bucket', () => {
  it('gives its capacity at once and its rate over time', () => {
    const bucket = new TokenBucket(10, 0.001, 0);
    bucket.take(0, 10);
    expect(bucket.left(0)).toBe(0);
    expect(bucket.left(5_000)).toBeCloseTo(5);
    expect(bucket.left(60_000)).toBe(10);
  });

  it('has what it grows by at once, and loses nothing to a clock that goes back', () => {
    const bucket = new TokenBucket(10, 0.001, 1_000);
    bucket.take(1_000, 10);
    bucket.resize(30, 0.001, 1_000);
    expect(bucket.left(0)).toBe(20);
  });
});

describe('room in a listener', () => {
  it('ends at its bound, and is there again a hundredth below it', () => {
    const room = new Room(1_000);
    expect(room.look(999, true)).toBeNull();
    expect(room.look(1_000, true)).toBe(false);
    expect(room.look(991, true)).toBeNull();
    expect(room.look(990, true)).toBe(true);
  });

  it('of one connection is there again when it leaves', () => {
    const room = new Room(1);
    expect(room.look(1, true)).toBe(false);
    expect(room.look(0, true)).toBe(true);
  });

  it('ends where the node as a whole is full', () => {
    const room = new Room(1_000);
    expect(room.look(5, false)).toBe(false);
    expect(room.look(5, true)).toBe(true);
  });
});
