import { beforeEach, describe, expect, it } from '@jest/globals';
import { FairQueue } from '../../../../src/stratum/guard/fair-queue.js';
import { TimeDebt } from '../../../../src/stratum/guard/time-debt.js';
import type { Waiting } from '../../../../src/stratum/guard/waiting-rows.js';

/** Of each line, so that a round of a millisecond is eight of them. */
const LINE_MS = 1 / 8;

let nowMs: number;
let rounds: (() => void)[];
let queue: FairQueue;
/** Who worked off how many lines, in order. */
let worked: [string, number][];

beforeEach(() => {
  nowMs = 0;
  rounds = [];
  queue = new FairQueue(
    (callback) => rounds.push(callback),
    () => nowMs,
  );
  worked = [];
});

/** Of one whose shares pay for its time. */
const NOTHING_OWED = { line: () => {}, spend: () => {}, isOwing: () => false };
const LONGEST = 8_192;

/** A connection that brings so many lines at once. */
function bring(
  name: string,
  lines: number,
  debt: Waiting['debt'] & Pick<TimeDebt, 'line'> = NOTHING_OWED,
  lineMs = LINE_MS,
): Waiting {
  let left = lines;
  const waiting = {
    debt,
    workOff(most: number): boolean {
      const now = Math.min(most, left);
      left -= now;
      nowMs += now * lineMs;
      for (let line = 0; line < now; line++) debt.line(LONGEST);
      if (worked.at(-1)?.[0] === name) worked.at(-1)![1] += now;
      else worked.push([name, now]);
      return left > 0;
    },
  };
  queue.add(waiting);
  return waiting;
}

/** What the next round of the event loop works off. */
function round(): [string, number][] {
  worked = [];
  rounds.shift()!();
  return worked;
}

describe('lines of those who have proved work', () => {
  it('are worked off as they come, until all of them have taken a millisecond, and then once the loop went round', () => {
    for (let i = 1; i <= 10; i++) bring(`rig${i}`, 1);
    expect(worked.map(([name]) => name)).toEqual(Array.from({ length: 8 }, (_, i) => `rig${i + 1}`));
    expect(rounds).toHaveLength(1);
    expect(round()).toEqual([
      ['rig9', 1],
      ['rig10', 1],
    ]);
    expect(rounds).toEqual([]);
    bring('rig11', 1);
    expect(worked.at(-1)).toEqual(['rig11', 1]);
  });

  it.each([
    [1 / 64, 32],
    [1 / 8, 8],
    [2, 1],
  ])(
    'leave nobody else waiting when one brings thousands, of %f ms each: %i in a row, and a single one comes next',
    (lineMs, lines) => {
      bring('proxy', 1_000, NOTHING_OWED, lineMs);
      bring('rig', 1);
      expect(worked[0]).toEqual(['proxy', lines]);
      for (let i = 0; i < 2 && worked.at(-1)![0] !== 'rig'; i++) round();
      expect(worked.slice(0, 2)).toContainEqual(['rig', 1]);
    },
  );

  it('come after all others where shares did not pay for their time, whatever each of them takes', () => {
    for (let i = 0; i < 1_000; i++) bring(`crowd${i}`, 100, new TimeDebt(), 2);
    // Of a line each they know that it takes long.
    for (let i = 0; i < 1_001; i++) round();
    for (let i = 0; i < 100; i++) {
      bring(`rig${i}`, 1, new TimeDebt(), 1 / 40);
      const before = nowMs;
      expect(round()[0]).toEqual([`rig${i}`, 1]);
      expect(worked.map(([name]) => name.slice(0, 5))).toEqual([`rig${i}`.slice(0, 5), 'crowd']);
      expect(nowMs - before).toBeLessThan(3);
    }
  });

  it('that came late go on by a turn a round, however many others come', () => {
    bring('late', 50, new TimeDebt(), 2);
    let turns = 0;
    for (let i = 0; i < 60; i++) {
      for (let rig = 0; rig < 9; rig++) bring(`rig${i} ${rig}`, 1);
      if (rounds.length > 0 && round().some(([name]) => name === 'late')) turns++;
    }
    expect(turns).toBeGreaterThanOrEqual(49);
  });

  it('take turns of four where many bring thousands, a millisecond of them a round of the event loop', () => {
    for (let i = 0; i < 1_000; i++) bring(`crowd${i}`, 100);
    bring('rig', 1);
    let waitedRounds = 0;
    for (let served = false; !served; waitedRounds++) {
      const lines = round();
      served = lines.some(([name]) => name === 'rig');
      if (!served) expect(lines.map(([, count]) => count)).toEqual([4, 4]);
    }
    // Four lines of each of a thousand, eight a round, and its own.
    expect(waitedRounds).toBe(501);
  });

  it('of a connection that has gone are forgotten', () => {
    bring('proxy', 9);
    const gone = bring('gone', 1);
    queue.remove(gone);
    expect(round()).toEqual([['proxy', 1]]);
    expect(rounds).toEqual([]);
  });

  it('of one that has gone while it owed are forgotten too', () => {
    const gone = bring('gone', 3, new TimeDebt(), 2);
    queue.remove(gone);
    expect(round()).toEqual([]);
    expect(rounds).toEqual([]);
  });
});
