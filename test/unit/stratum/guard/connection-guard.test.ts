import { beforeEach, describe, expect, it } from '@jest/globals';
import { ConnectionGuard } from '../../../../src/stratum/guard/connection-guard.js';
import { GUARD_LIMITS } from '../../../../src/stratum/guard/guard-limits.js';

const MINING = { ready: true, crowded: false, unreadBytes: 0, difficulty: 0.001 };
const SHORT = 120;
const CROWDED = { ...MINING, crowded: true };

let guard: ConnectionGuard;

beforeEach(() => {
  guard = new ConnectionGuard(GUARD_LIMITS, 0);
});

/** Lines that are let through, of as many as can be asked for. */
function lines(nowMs: number, bytes = SHORT): number {
  let count = 0;
  while (guard.admitLine(nowMs, bytes, false)) count++;
  return count;
}

/** The same, each of which turns out to be slight. */
function slight(nowMs: number, bytes = SHORT): number {
  let count = 0;
  for (; guard.admitLine(nowMs, bytes, false); count++) guard.slightLine(nowMs);
  return count;
}

describe('lines', () => {
  it('without good shares are 300 at once and five a second', () => {
    expect(lines(0)).toBe(300);
    expect(lines(1_000)).toBe(5);
    expect(lines(11_000)).toBe(50);
  });

  it('pay for their bytes: one of 8 KiB as nine of less than 1 KiB, and not with what shares earned', () => {
    // 300 / 9 = 33.3.
    expect(lines(0, 8_192)).toBe(33);
    expect(lines(0, 1_023)).toBe(3);
    for (let i = 0; i < 100; i++) guard.goodShare();
    // Each good share gave back what its line had paid, and another line besides.
    expect(lines(0, 1_024)).toBe(50);
    expect(lines(0)).toBe(100);
  });

  it('that are good shares are free, and each earns another line', () => {
    for (let i = 0; i < 10_000; i++) {
      expect(guard.admitLine(0, SHORT, false)).toBe(true);
      guard.goodShare();
    }
    // 300, and 5,000 that were earned.
    expect(lines(0)).toBe(5_300);
  });

  it('that are slight are 6,000 more at once, and sixteen more for each line that comes back', () => {
    expect(slight(0)).toBe(6_300);
    for (let second = 1; second <= 60; second++) {
      expect(guard.overdue(MINING, second * 1_000)).toBe(second < 60 ? null : 'flood');
      expect(slight(second * 1_000)).toBe(5 + 80);
    }
    guard.proved(60_000);
    slight(60_000);
    expect(slight(61_000)).toBe(20 + 320);
  });

  it('that are slight pay for their bytes: one of 8 KiB eight of the nine', () => {
    // 300 / 8 = 37.5: 36 leave 12, and one more leaves 4.
    expect(slight(0, 8_192)).toBe(37);
    expect(lines(0)).toBe(4);
  });

  it('that are slight leave what others need', () => {
    for (let i = 0; i < 5_000; i++) {
      expect(guard.admitLine(0, SHORT, false)).toBe(true);
      guard.slightLine(0);
    }
    expect(lines(0)).toBe(300);
  });

  it('of a connection with an accepted share are 20 a second', () => {
    guard.proved(0);
    expect(lines(0)).toBe(300);
    expect(lines(10_000)).toBe(200);
  });

  it('that come too fast for a minute are a flood', () => {
    for (let second = 0; second < 60; second++) {
      lines(second * 1_000);
      expect(guard.overdue(MINING, second * 1_000)).toBeNull();
    }
    expect(guard.overdue(MINING, 60_000)).toBe('flood');
  });

  it('that have to wait for three seconds are more than a miner without a share has to say, once they wait no more not', () => {
    lines(0);
    lines(3_000);
    expect(guard.floods(3_000)).toBe(false);
    expect(guard.floods(3_001)).toBe(true);
    // 150 more at five a second.
    expect(guard.floods(33_000)).toBe(false);
  });

  it('that wait for their turn are so too, where more of them do for three seconds than may, until all are worked off', () => {
    guard.runsAhead(0);
    guard.runsAhead(2_000);
    expect(guard.floods(3_000)).toBe(false);
    expect(guard.floods(3_001)).toBe(true);
    guard.caughtUp();
    guard.runsAhead(3_001);
    expect(guard.floods(6_000)).toBe(false);
  });

  it('that log 256 workers in at once are not', () => {
    // `mining.configure`, `mining.subscribe`, `mining.extranonce.subscribe` and the logins.
    for (let i = 0; i < 3 + 256; i++) expect(guard.admitLine(0, SHORT, false)).toBe(true);
    expect(guard.floods(60_000)).toBe(false);
  });

  it('that had to wait once are none', () => {
    lines(0);
    guard.heard(61_000);
    guard.admitLine(40_000, SHORT, false);
    expect(guard.overdue(MINING, 61_000)).toBeNull();
  });
});

describe('pieces of lines', () => {
  it('are 300 at once and five a second, and good shares give two back each, no more than there were', () => {
    for (let i = 0; i < 10; i++) guard.goodShare();
    for (let i = 0; i < 300; i++) expect(guard.admitPiece(0)).toBe(true);
    expect(guard.admitPiece(0)).toBe(false);
    for (let i = 0; i < 2; i++) guard.goodShare();
    guard.vainShare();
    for (let i = 0; i < 6; i++) expect(guard.admitPiece(0)).toBe(true);
    expect(guard.admitPiece(0)).toBe(false);
    for (let i = 0; i < 5; i++) expect(guard.admitPiece(1_000)).toBe(true);
    expect(guard.admitPiece(1_000)).toBe(false);
  });
});

describe('the time that lines take', () => {
  /** A line that took so long, and was `what`. */
  function line(ms: number, what: () => void = () => {}, isShare = false): void {
    expect(guard.admitLine(0, 250, isShare)).toBe(true);
    what();
    guard.debt.spend(ms, 0);
  }

  it('is charged for those that are admitted, and paid by good shares', () => {
    for (let i = 0; i < 10; i++) line(0.1);
    expect(guard.debt.isOwing(0)).toBe(true);
    for (let i = 0; i < 6; i++) line(0.1, () => guard.goodShare());
    expect(guard.debt.isOwing(0)).toBe(false);
  });

  it.each<[string, number, boolean, () => void]>([
    ['slight ones', 0.02, false, () => guard.slightLine(0)],
    ['new names', 0.1, false, () => guard.newName()],
    ['shares that came late', 0.1, true, () => guard.lateShare(0)],
  ])('is not charged for %s', (_, ms, isShare, what) => {
    for (let i = 0; i < 250; i++) line(ms, what, isShare);
    expect(guard.debt.isOwing(0)).toBe(false);
  });

  it.each<[string, () => void]>([
    ['slight ones', () => guard.slightLine(0)],
    ['new names', () => guard.newName()],
  ])('is for %s that are spelled such that they have a share’s turn', (_, what) => {
    for (let i = 0; i < 6; i++) line(0.1, what, true);
    expect(guard.debt.isOwing(0)).toBe(true);
  });

  it('is for slight ones that are spelled such that they take longer, by what is more', () => {
    // 0.04 - 0.02.
    for (let i = 0; i < 24; i++) line(0.04, () => guard.slightLine(0));
    expect(guard.debt.isOwing(0)).toBe(false);
    for (let i = 0; i < 2; i++) line(0.04, () => guard.slightLine(0));
    expect(guard.debt.isOwing(0)).toBe(true);
  });

  it.each([
    ['shares', 0.1, true],
    ['others', 0.02, false],
  ])('is not charged for %s that are looked at, but for long ones', (_, ms, isShare) => {
    for (let i = 0; i < 1_000; i++) {
      guard.lookedAt(250, isShare);
      guard.debt.spend(ms, 0);
    }
    expect(guard.debt.isOwing(0)).toBe(false);
    guard.lookedAt(8_192, isShare);
    guard.debt.spend(1, 0);
    expect(guard.debt.isOwing(0)).toBe(true);
  });

  it('is charged for others that are looked at and take longer', () => {
    for (let i = 0; i < 10; i++) {
      guard.lookedAt(250, false);
      guard.debt.spend(0.1, 0);
    }
    expect(guard.debt.isOwing(0)).toBe(true);
  });
});

describe('rejected shares', () => {
  it('twenty in a row are no miner’s after three seconds, until a good one', () => {
    for (let i = 0; i < 19; i++) guard.refusedShare(0);
    expect(guard.floods(3_001)).toBe(false);
    guard.refusedShare(0);
    expect(guard.floods(3_000)).toBe(false);
    expect(guard.floods(3_001)).toBe(true);
    guard.goodShare();
    expect(guard.floods(3_001)).toBe(false);
  });

  it('that a proxy had kept from before are forgotten with its first good one', () => {
    for (let i = 0; i < 200; i++) guard.refusedShare(0);
    guard.goodShare();
    for (let i = 0; i < 19; i++) guard.refusedShare(10_000);
    expect(guard.floods(60_000)).toBe(false);
  });

  /** The steps taken over `seconds` of a reject each second. */
  function rejectsFor(seconds: number, fromMs = 0): [number, string][] {
    const steps: [number, string][] = [];
    for (let second = 0; second < seconds; second++) {
      const step = guard.refusedShare(fromMs + second * 1_000);
      if (step !== null) steps.push([second, step]);
    }
    return steps;
  }

  it('only, bring new work after 60 s, a reconnect after 120 s and the end after 180 s', () => {
    expect(rejectsFor(200)).toEqual([
      [60, 'resend'],
      [120, 'reconnect'],
      [180, 'drop'],
    ]);
  });

  it('with a good one between start again', () => {
    rejectsFor(170);
    guard.goodShare();
    expect(rejectsFor(60, 171_000)).toEqual([]);
    expect(rejectsFor(2, 231_000)).toEqual([[0, 'resend']]);
  });

  it('that are few are the bad luck of a slow miner', () => {
    for (let i = 0; i < 2; i++) expect(guard.refusedShare(i * 600_000)).toBeNull();
    expect(guard.refusedShare(2 * 600_000)).toBe('resend');
  });

  it('at the pool’s own pace, one in ten seconds, are helped after 60, 120 and 180 s', () => {
    const steps: [number, string][] = [];
    for (let second = 0; second <= 180; second += 10) {
      const step = guard.refusedShare(second * 1_000);
      if (step !== null) steps.push([second, step]);
    }
    expect(steps).toEqual([
      [60, 'resend'],
      [120, 'reconnect'],
      [180, 'drop'],
    ]);
  });
});

describe('time', () => {
  it('to log in is a minute, and ten seconds in a crowd', () => {
    const fresh = { ...MINING, ready: false };
    expect(guard.overdue(fresh, 60_000)).toBeNull();
    expect(guard.overdue(fresh, 60_001)).toBe('idle');
    expect(guard.overdue({ ...fresh, crowded: true }, 10_001)).toBe('idle');
  });

  it('without a word is an hour before the first accepted share, and two hours after it', () => {
    expect(guard.overdue(MINING, 3_600_000)).toBeNull();
    expect(guard.overdue(MINING, 3_600_001)).toBe('idle');
    guard.proved(0);
    expect(guard.overdue(MINING, 7_200_000)).toBeNull();
    expect(guard.overdue(MINING, 7_200_001)).toBe('idle');
  });

  it('without a share is bounded in a crowd only, and not for who has had one', () => {
    guard.heard(400_000);
    expect(guard.overdue(MINING, 400_000)).toBeNull();
    expect(guard.overdue(CROWDED, 300_000)).toBeNull();
    expect(guard.overdue(CROWDED, 300_001)).toBe('no-proof');
    guard.proved(300_000);
    expect(guard.overdue(CROWDED, 400_000)).toBeNull();
  });

  describe('without an accepted share, for one that says something every minute,', () => {
    /** Minutes that it is let live; null for three days. */
    function minutes(difficulty: number, fromMs = 0): number | null {
      for (let minute = 1; minute <= 72 * 60; minute++) {
        const nowMs = fromMs + minute * 60_000;
        guard.heard(nowMs);
        if (guard.overdue({ ...MINING, difficulty }, nowMs) !== null) return minute;
      }
      return null;
    }

    it('is an hour at the lowest difficulty, which is forty shares of an ESP32', () => {
      // 0.001 × 2^32 / 50 kH/s = 86 s.
      expect(minutes(0.001)).toBe(61);
      expect(guard.overdue(MINING, 61 * 60_000)).toBe('no-proof');
    });

    it('is twenty of its shares at a higher one', () => {
      // 0.01 × 2^32 / 50 kH/s = 859 s, 286 minutes for 20.
      expect(minutes(0.01)).toBe(287);
    });

    it('is a day at any, and after the last share as well', () => {
      expect(minutes(1e6)).toBe(24 * 60 + 1);
      guard.proved(100 * 3_600_000);
      expect(minutes(0.001, 100 * 3_600_000)).toBe(24 * 60 + 1);
    });

    it('has no end for one that sends a share a day', () => {
      for (let day = 0; day < 5; day++) {
        guard.proved(day * 86_400_000);
        guard.heard((day + 1) * 86_400_000 - 1);
        expect(guard.overdue(MINING, (day + 1) * 86_400_000 - 1)).toBeNull();
      }
    });
  });

  it('without reading is a minute, however little waits', () => {
    const unread = { ...MINING, unreadBytes: 100 };
    expect(guard.overdue(unread, 1_000)).toBeNull();
    expect(guard.overdue({ ...unread, unreadBytes: 50 }, 50_000)).toBeNull();
    expect(guard.overdue({ ...unread, unreadBytes: 5_000 }, 110_000)).toBeNull();
    expect(guard.overdue({ ...unread, unreadBytes: 5_000 }, 110_001)).toBe('slow-reader');
  });

  it('without reading begins again when everything was read', () => {
    guard.overdue({ ...MINING, unreadBytes: 100 }, 0);
    guard.overdue(MINING, 50_000);
    expect(guard.overdue({ ...MINING, unreadBytes: 100 }, 70_000)).toBeNull();
  });
});

it('lets a stranger leave 64 KiB unread, and a miner that has proved work 512 KiB', () => {
  expect(guard.backlogBytes).toBe(65_536);
  guard.proved(0);
  expect(guard.backlogBytes).toBe(524_288);
});
