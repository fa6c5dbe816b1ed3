import { beforeEach, describe, expect, it } from '@jest/globals';
import { TimeDebt } from '../../../../src/stratum/guard/time-debt.js';
import { Turnstile } from '../../../../src/stratum/guard/turnstile.js';

let nowMs: number;
let rounds: (() => void)[];
let turnstile: Turnstile;
beforeEach(() => {
  nowMs = 0;
  rounds = [];
  turnstile = new Turnstile(
    (callback) => rounds.push(callback),
    () => nowMs,
  );
});

describe('strangers at the turnstile', () => {
  it('have 32 lines worked off between two turns of the event loop, four of each at a time, in turn', () => {
    const worked = new Map<number, number>();
    for (let id = 0; id < 10; id++) {
      turnstile.add({
        debt: { spend: () => {}, isOwing: () => false },
        next: 'share',
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

  it('have no more turns a round where each belongs behind the others after its line', () => {
    let lines = 0;
    for (let id = 0; id < 20; id++) {
      let next: 'share' | 'other' | 'long' = 'share';
      turnstile.add({
        debt: { spend: () => {}, isOwing: () => false },
        get next() {
          return next;
        },
        workOff() {
          nowMs += 0.001;
          lines++;
          next = id % 2 === 0 ? 'other' : 'long';
          return true;
        },
      });
    }
    rounds.shift()!();
    // Eight turns of one line; then six of those, and one of four lines in each row behind.
    expect(lines).toBe(8);
    rounds.shift()!();
    expect(lines).toBe(8 + 6 + 2 * 4);
  });

  it('who took longer than others have a turn, however many come before them', () => {
    let lateTurns = 0;
    turnstile.add({
      debt: { spend: () => {}, isOwing: () => false },
      next: 'long',
      workOff() {
        nowMs += 0.1;
        return ++lateTurns < 1_000;
      },
    });
    // More of them than there are turns in a round, with all too much to say.
    for (let id = 0; id < 20; id++) {
      turnstile.add({
        debt: { spend: () => {}, isOwing: () => false },
        next: 'share',
        workOff() {
          nowMs += 0.001;
          return true;
        },
      });
    }
    for (let i = 0; i < 100; i++) rounds.shift()!();
    // A round is 28 lines of theirs, and then one or four of its own of 0.1 ms after as much time.
    expect(lateTurns).toBeGreaterThan(15);
    expect(lateTurns).toBeLessThan(40);
  });

  it('have a millisecond between two turns, and who took longer than others comes behind them', () => {
    const worked: string[] = [];
    const bring = (name: string, lines: number, lineMs: number): void => {
      let left = lines;
      const debt = new TimeDebt();
      turnstile.add({
        debt,
        next: 'share',
        workOff() {
          debt.line(8_192, false);
          nowMs += lineMs;
          worked.push(name);
          return --left > 0;
        },
      });
    };
    for (let id = 0; id < 500; id++) bring('slow', 36, 1.1);
    // Each round one of those who have not yet shown it, and one of those who have.
    for (let i = 0; i < 500; i++) rounds.shift()!();
    expect(worked.length).toBeGreaterThan(990);
    worked.length = 0;
    bring('newcomer', 3, 0.1);
    const beforeMs = nowMs;
    rounds.shift()!();
    expect(worked).toEqual(['newcomer', 'newcomer', 'newcomer', 'slow']);
    expect(nowMs - beforeMs).toBeCloseTo(1.4, 6);
  });
});
