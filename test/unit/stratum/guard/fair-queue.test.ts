import { beforeEach, describe, expect, it } from '@jest/globals';
import { FairQueue } from '../../../../src/stratum/guard/fair-queue.js';

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

/** A connection that brings so many lines at once. */
function bring(name: string, lines: number): { workOff(most: number): boolean } {
  let left = lines;
  const waiting = {
    workOff(most: number): boolean {
      const now = Math.min(most, left);
      left -= now;
      nowMs += now * LINE_MS;
      worked.push([name, now]);
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

  it('leave nobody else waiting when one brings thousands: 32 in a row, and a single one comes next', () => {
    bring('proxy', 1_000);
    bring('rig', 1);
    expect(worked).toEqual([['proxy', 32]]);
    expect(round()).toEqual([['proxy', 32]]);
    expect(round()).toEqual([
      ['rig', 1],
      ['proxy', 32],
    ]);
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
    bring('proxy', 33);
    const gone = bring('gone', 1);
    queue.remove(gone);
    expect(round()).toEqual([['proxy', 1]]);
    expect(rounds).toEqual([]);
  });
});
