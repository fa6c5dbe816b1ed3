import { beforeEach, describe, expect, it } from '@jest/globals';
import { FairQueue } from '../../../../src/stratum/guard/fair-queue.js';
import { TimeDebt } from '../../../../src/stratum/guard/time-debt.js';
import type { NextLine, Waiting } from '../../../../src/stratum/guard/waiting-rows.js';

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

/** A connection that brings so many lines at once, of which the last `long` are long, and the others `kind`. */
function bring(
  name: string,
  lines: number,
  debt: Waiting['debt'] & Pick<TimeDebt, 'line'> = NOTHING_OWED,
  lineMs = LINE_MS,
  long = 0,
  kind: NextLine = 'share',
): Waiting {
  let left = lines;
  const waiting = {
    debt,
    get next() {
      return left > 0 && left <= long ? 'long' : kind;
    },
    workOff(most: number): boolean {
      const now = Math.min(most, left);
      left -= now;
      nowMs += now * lineMs;
      for (let line = 0; line < now; line++) debt.line(LONGEST, false);
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
    let others = 0;
    for (let i = 0; i < 100; i++) {
      bring(`rig${i}`, 1, new TimeDebt(), 1 / 40);
      const before = nowMs;
      const [first, ...rest] = round();
      expect(first).toEqual([`rig${i}`, 1]);
      others += rest.length;
      expect(nowMs - before).toBeLessThan(3);
    }
    // While nobody else waits they have all the time there is.
    expect(others).toBe(100);
  });

  it('come after all others where they are long, whoever brings them, and long ones never have a turn of the short', () => {
    for (let i = 0; i < 1_000; i++) bring(`crowd${i}`, 4, NOTHING_OWED, 2, 3);
    for (let i = 0; i < 100; i++) bring(`rig${i}`, 1, NOTHING_OWED, 1 / 40);
    let rounds = 0;
    for (let served = false; !served; rounds++) {
      const turns = round();
      served = turns.some(([name]) => name === 'rig99');
      // Of each turn one line, its short one or one that is long.
      for (const [name, count] of turns) if (name.startsWith('crowd')) expect(count).toBe(1);
    }
    // A short line of 2 ms each, and as much time for the long ones.
    expect(rounds).toBeLessThan(1_010);
  });

  it('that are no shares come after all shares, one of each a turn where many wait', () => {
    for (let i = 0; i < 100; i++) bring(`logins${i}`, 100, NOTHING_OWED, 1 / 100, 0, 'other');
    bring('rig', 1, NOTHING_OWED, 1 / 100);
    expect(round()[0]).toEqual(['rig', 1]);
    const turns = round();
    expect(turns.length).toBeGreaterThan(90);
    for (const [, lines] of turns) expect(lines).toBe(1);
    // One that is alone among the shares has another few.
    bring('proxy', 10, NOTHING_OWED, 1 / 100);
    expect(round()[0]).toEqual(['proxy', 10]);
  });

  it('that are no shares have none of the turn of a share before them', () => {
    for (let i = 0; i < 8; i++) bring('crowd', 1);
    let kind: NextLine = 'share';
    let left = 5;
    queue.add({
      debt: NOTHING_OWED,
      get next() {
        return kind;
      },
      workOff() {
        nowMs += LINE_MS;
        worked.push([`mixed ${kind}`, 1]);
        kind = left === 5 ? 'other' : kind;
        return --left > 0;
      },
    });
    bring('rig', 1);
    expect(round().slice(0, 3)).toEqual([
      ['mixed share', 1],
      ['rig', 1],
      ['mixed other', 1],
    ]);
  });

  it('wait in one row, also where the next of them has become another kind since', () => {
    for (let i = 0; i < 8; i++) bring('crowd', 1);
    let kind: NextLine = 'share';
    let turns = 0;
    const waiting: Waiting = {
      debt: NOTHING_OWED,
      get next() {
        return kind;
      },
      workOff() {
        turns++;
        return false;
      },
    };
    queue.add(waiting);
    kind = 'other';
    queue.add(waiting);
    round();
    expect(turns).toBe(1);
    expect(rounds).toEqual([]);
  });

  it('share the time by halves: shares, and of the other half those that are no shares, and the late', () => {
    const counts = { share: 0, other: 0, long: 0 };
    const takes = { share: 1 / 40, other: 1 / 20, long: 2 };
    for (const kind of ['long', 'other', 'share'] as const) {
      for (let i = 0; i < 50; i++) {
        bring(`${kind} ${i}`, 10_000, NOTHING_OWED, takes[kind], kind === 'long' ? 10_000 : 0, kind);
      }
    }
    round();
    for (let i = 0; i < 2_000; i++) {
      for (const [name, count] of round()) counts[name.split(' ')[0] as NextLine] += count;
    }
    const ms = (kind: NextLine): number => counts[kind] * takes[kind];
    const all = ms('share') + ms('other') + ms('long');
    expect(ms('share') / all).toBeCloseTo(0.5, 1);
    expect(ms('other') / all).toBeCloseTo(0.25, 1);
    expect(ms('long') / all).toBeCloseTo(0.25, 1);
  });

  it('have their turn to go on where they had it, before all that are no shares', async () => {
    for (let i = 0; i < 100; i++) bring(`logins${i}`, 100, NOTHING_OWED, 1 / 10, 0, 'other');
    let isAnswered = false;
    const answered = queue.turn(NOTHING_OWED).then(() => {
      isAnswered = true;
    });
    await Promise.resolve();
    expect(isAnswered).toBe(false);
    round();
    await answered;
    expect(isAnswered).toBe(true);
  });

  it('that are long have none of the turn of a short one before them', () => {
    for (let i = 0; i < 8; i++) bring('crowd', 1);
    bring('mixed', 4, NOTHING_OWED, LINE_MS, 3);
    bring('rig', 1);
    worked = [];
    expect(round()).toEqual([
      ['mixed', 1],
      ['rig', 1],
      ['mixed', 3],
    ]);
  });

  it('are charged each for the time that it took', () => {
    const spent: number[] = [];
    bring('proxy', 4, { ...NOTHING_OWED, spend: (ms) => void spent.push(ms) });
    expect(spent).toEqual([LINE_MS, LINE_MS, LINE_MS, LINE_MS]);
  });

  it('have half of the time at least, as long as they are not late, whatever the late ones take', () => {
    const counts = { prompt: 0, late: 0 };
    for (let i = 0; i < 50; i++) bring(`late${i}`, 1_000, NOTHING_OWED, 2, 1_000);
    for (let i = 0; i < 50; i++) bring(`prompt${i}`, 1_000, NOTHING_OWED, 1 / 40);
    round();
    for (let i = 0; i < 300; i++) {
      for (const [name, count] of round()) counts[name.startsWith('late') ? 'late' : 'prompt'] += count;
    }
    const promptMs = counts.prompt / 40;
    const lateMs = counts.late * 2;
    expect(promptMs / lateMs).toBeGreaterThan(0.95);
    expect(promptMs / lateMs).toBeLessThan(1.05);
  });

  it('that came late wait for no more than four milliseconds of others when the process was stopped in a turn of theirs', () => {
    for (let i = 0; i < 8; i++) bring('crowd', 1);
    bring('late', 2, NOTHING_OWED, 10_000, 2);
    for (let i = 0; i < 20; i++) bring(`rig${i}`, 1_000);
    let rounds = 0;
    while (!round().some(([name]) => name === 'late')) expect(++rounds).toBeLessThan(10);
    for (rounds = 0; !round().some(([name]) => name === 'late'); rounds++) expect(rounds).toBeLessThan(10);
    expect(rounds).toBe(3);
  });

  it('that came late go on with half of the time, however many others come', () => {
    bring('late', 50, new TimeDebt(), 2);
    let turns = 0;
    for (let i = 0; i < 60; i++) {
      for (let rig = 0; rig < 9; rig++) bring(`rig${i} ${rig}`, 1);
      if (rounds.length > 0 && round().some(([name]) => name === 'late')) turns++;
    }
    // 2 ms of each of its lines after 2 ms of others, which are nine an eighth of a millisecond a round.
    expect(turns).toBeGreaterThanOrEqual(29);
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
