import { beforeEach, expect, it } from '@jest/globals';
import { TimeDebt } from '../../../../src/stratum/guard/time-debt.js';

let debt: TimeDebt;
beforeEach(() => {
  debt = new TimeDebt();
});

/** Lines of so many bytes that take so long together. */
function take(lines: number, bytes: number, ms: number, nowMs = 0): void {
  for (let i = 0; i < lines; i++) debt.line(bytes);
  debt.spend(ms, nowMs);
}

it('a millisecond is free, and what comes on top is forgiven in 20 s for each', () => {
  take(1, 8_192, 1);
  expect(debt.isOwing(0)).toBe(false);
  take(1, 8_192, 2);
  expect(debt.isOwing(0)).toBe(true);
  expect(debt.isOwing(39_999)).toBe(true);
  expect(debt.isOwing(40_001)).toBe(false);
});

it('a line is charged no more than one of its length can take, whatever time went by', () => {
  // 5 · (0.1 + 0.0004 · 100) = 0.7.
  take(5, 100, 1_000);
  expect(debt.isOwing(0)).toBe(false);
  take(5, 100, 1_000);
  expect(debt.isOwing(0)).toBe(true);
  // 1.4 in all.
  expect(debt.isOwing(8_001)).toBe(false);
});

it('good shares pay for two logins each, before them and among them, and never in advance', () => {
  const share = (): void => {
    debt.goodShare();
    take(1, 250, 0);
  };
  for (let i = 0; i < 1_000; i++) share();
  // 256 workers of a proxy, 0.1 ms each.
  take(256, 100, 25.6);
  for (let i = 0; i < 122; i++) share();
  expect(debt.isOwing(0)).toBe(true);
  for (let i = 0; i < 2; i++) share();
  expect(debt.isOwing(0)).toBe(false);
});

it.each([1, 8, 32, 1_000])(
  'one who sends nothing but good shares owes nothing, also where %i of them are one turn on a busy machine',
  (together) => {
    for (let turn = 0; turn < 1_000; turn++) {
      for (let share = 0; share < together; share++) debt.goodShare();
      take(together, 250, 10 * together, turn);
      expect(debt.isOwing(turn)).toBe(false);
    }
  },
);
