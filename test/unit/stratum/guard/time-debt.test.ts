import { beforeEach, describe, expect, it } from '@jest/globals';
import { TimeDebt } from '../../../../src/stratum/guard/time-debt.js';

type Kind = 'ordinary' | 'late' | 'name' | 'slight' | 'share';

let debt: TimeDebt;
beforeEach(() => {
  debt = new TimeDebt();
});

function line(bytes: number, ms: number, kind: Kind = 'ordinary', nowMs = 0): void {
  debt.line(bytes, kind === 'share' || kind === 'late');
  if (kind === 'late') debt.foundShare();
  if (kind === 'name') debt.newName();
  if (kind === 'slight') debt.slight();
  if (kind === 'share') debt.goodShare();
  debt.spend(ms, nowMs);
}

function lines(count: number, bytes: number, ms: number, kind: Kind = 'ordinary', nowMs = 0): void {
  for (let i = 0; i < count; i++) line(bytes, ms, kind, nowMs);
}

it('half a millisecond is free, and what comes on top is forgiven in 20 s for each millisecond', () => {
  line(8_192, 0.5);
  expect(debt.isOwing(0)).toBe(false);
  line(8_192, 2);
  expect(debt.isOwing(0)).toBe(true);
  expect(debt.isOwing(39_999)).toBe(true);
  expect(debt.isOwing(40_001)).toBe(false);
});

it('a line is charged no more than one of its length can take, whatever time went by', () => {
  // 3 · (0.1 + 0.0004 · 100) = 0.42.
  lines(3, 100, 1_000);
  expect(debt.isOwing(0)).toBe(false);
  line(100, 1_000);
  expect(debt.isOwing(0)).toBe(true);
  // 0.56 in all.
  expect(debt.isOwing(1_201)).toBe(false);
});

it('what a miner has to say costs nothing, however much of it, also on a busy machine', () => {
  lines(10_000, 300, 5, 'late');
  lines(10_000, 300, 5, 'name');
  lines(10_000, 250, 5, 'share');
  lines(10_000, 300, 0.02, 'slight');
  expect(debt.isOwing(0)).toBe(false);
});

it('what takes no more than a look into a map costs what it takes beyond that', () => {
  // Each 0.02 of 0.04.
  lines(24, 300, 0.04, 'slight');
  expect(debt.isOwing(0)).toBe(false);
  lines(2, 300, 0.04, 'slight');
  expect(debt.isOwing(0)).toBe(true);
});

it.each(['newName', 'slight'] as const)(
  'what is spelled like a share and is something else costs all that it takes (%s)',
  (kind) => {
    for (let i = 0; i < 6; i++) {
      debt.line(250, true);
      debt[kind]();
      debt.spend(0.1, 0);
    }
    expect(debt.isOwing(0)).toBe(true);
  },
);

it.each(['late', 'name', 'share'] as const)(
  'and does where it is longer than any miner’s (%s): the rest may be what takes long',
  (kind) => {
    lines(100, 300, 1, kind);
    expect(debt.isOwing(0)).toBe(false);
    // 0.1 + 0.0004 · 301 = 0.22.
    lines(3, 301, 1, kind);
    expect(debt.isOwing(0)).toBe(true);
  },
);

describe('good shares', () => {
  it('pay as much as they took themselves', () => {
    lines(2, 8_192, 1);
    expect(debt.isOwing(0)).toBe(true);
    // 1.5 of the 2 ms are more than is free.
    lines(59, 250, 0.025, 'share');
    expect(debt.isOwing(0)).toBe(true);
    lines(2, 250, 0.025, 'share');
    expect(debt.isOwing(0)).toBe(false);
  });

  it('pay nothing in advance', () => {
    lines(10_000, 250, 0.1, 'share');
    line(8_192, 0.6);
    expect(debt.isOwing(0)).toBe(true);
  });

  it('do not pay for a slow line among three of them', () => {
    for (let turn = 0; turn < 10; turn++) {
      lines(3, 250, 0.03, 'share');
      line(1_000, 0.4);
    }
    expect(debt.isOwing(0)).toBe(true);
  });
});

it('each line is what it is by itself', () => {
  line(250, 0.1, 'share');
  line(250, 0.1, 'late');
  // One that is looked at for the third time, such as the end of all that came.
  debt.spend(100, 0);
  lines(4, 250, 0.1);
  expect(debt.isOwing(0)).toBe(false);
  lines(2, 250, 0.1);
  expect(debt.isOwing(0)).toBe(true);
});
