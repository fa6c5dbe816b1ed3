import { describe, expect, it } from '@jest/globals';
import { addressKey } from '../../../../src/stratum/guard/address-key.js';
import { isFault } from '../../../../src/stratum/guard/fault.js';
import { Room } from '../../../../src/stratum/guard/room.js';
import { TimeDebt } from '../../../../src/stratum/guard/time-debt.js';
import { TokenBucket } from '../../../../src/stratum/guard/token-bucket.js';
import { Turnstile } from '../../../../src/stratum/guard/turnstile.js';

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

describe('strangers at the turnstile', () => {
  it('have 32 lines worked off between two turns of the event loop, four of each at a time, in turn', () => {
    const rounds: (() => void)[] = [];
    const turnstile = new Turnstile(
      (callback) => rounds.push(callback),
      () => 0,
    );
    const worked = new Map<number, number>();
    for (let id = 0; id < 10; id++) {
      turnstile.add({
        debt: { spend: () => {}, isOwing: () => false },
        workOff(lines) {
          worked.set(id, (worked.get(id) ?? 0) + lines);
          return worked.get(id)! < 8;
        },
      });
    }
    rounds.shift()!();
    expect([...worked]).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((id) => [id, 4]));
    rounds.shift()!();
    expect(worked.get(8)).toBe(4);
    expect(worked.get(9)).toBe(4);
    expect(worked.get(0)).toBe(8);
    while (rounds.length > 0) rounds.shift()!();
    expect([...worked.values()]).toEqual(new Array(10).fill(8));
  });

  it('have a millisecond between two turns, and who took longer than others comes behind them', () => {
    const rounds: (() => void)[] = [];
    let nowMs = 0;
    const turnstile = new Turnstile(
      (callback) => rounds.push(callback),
      () => nowMs,
    );
    const worked: string[] = [];
    const bring = (name: string, lines: number, lineMs: number): void => {
      let left = lines;
      const debt = new TimeDebt();
      turnstile.add({
        debt,
        workOff() {
          debt.line(8_192);
          nowMs += lineMs;
          worked.push(name);
          return --left > 0;
        },
      });
    };
    for (let id = 0; id < 500; id++) bring('slow', 36, 1.1);
    // Each round one of those who have not yet shown it, and one of those who have.
    for (let i = 0; i < 500; i++) rounds.shift()!();
    expect(worked).toHaveLength(999);
    worked.length = 0;
    bring('newcomer', 3, 0.1);
    const beforeMs = nowMs;
    rounds.shift()!();
    expect(worked).toEqual(['newcomer', 'newcomer', 'newcomer', 'slow']);
    expect(nowMs - beforeMs).toBeCloseTo(1.4, 6);
  });
});
