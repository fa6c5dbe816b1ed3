import { beforeEach, expect, it } from '@jest/globals';
import { TimeDebt } from '../../../../src/stratum/guard/time-debt.js';

let debt: TimeDebt;
beforeEach(() => {
  debt = new TimeDebt();
});

it('a millisecond is free, and what comes on top is forgiven in 20 s for each', () => {
  debt.spend(1, 0);
  expect(debt.isOwing(0)).toBe(false);
  debt.spend(2, 0);
  expect(debt.isOwing(0)).toBe(true);
  expect(debt.isOwing(39_999)).toBe(true);
  expect(debt.isOwing(40_001)).toBe(false);
});

it('good shares pay for two logins each, and never in advance', () => {
  for (let share = 0; share < 1_000; share++) debt.goodShare();
  // 256 workers of a proxy, 0.1 ms each.
  debt.spend(25.6, 0);
  expect(debt.isOwing(0)).toBe(true);
  for (let share = 0; share < 124; share++) debt.goodShare();
  expect(debt.isOwing(0)).toBe(false);
});

it('one who sends nothing but good shares owes nothing', () => {
  for (let share = 0; share < 10_000; share++) {
    debt.goodShare();
    debt.spend(0.1, share);
    expect(debt.isOwing(share)).toBe(false);
  }
});
