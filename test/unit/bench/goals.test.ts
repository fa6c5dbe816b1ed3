import { describe, expect, it } from '@jest/globals';
import { GOALS, missed } from '../../bench/goals.js';
import type { Measurement } from '../../bench/measurement.js';

/** Better than anything asked for, at exactly the rate offered. */
function perfect(offered: number | null): Measurement {
  return {
    ...{ bench: 'a bench', what: 'a row', unit: 'shares', rate: offered ?? 1e6, cores: 1, note: '' },
    ...{ p50Ms: 1, p99Ms: 2, mostMs: 3, stallMs: 4, cpuUs: 5, connectionBytes: 6 },
    ...{ connections: 100_000, loggedInBefore: 100_000, loggedInAfter: 100_000 },
    ...{ refused: 0, uncredited: 0, lostConnections: 0 },
  };
}

function verdicts(change: Partial<Measurement>): Set<string | null> {
  return new Set(GOALS.map((goal) => missed(goal, { ...perfect(goal.offered), ...change })));
}

describe('a goal', () => {
  it('is met by a row in which nothing went wrong', () => {
    expect(verdicts({})).toEqual(new Set([null]));
  });

  it('is missed, however good the figure, where shares were refused or lost, or connections were', () => {
    expect(verdicts({ refused: 1 })).toEqual(new Set(['1 refused']));
    expect(verdicts({ uncredited: 2 })).toEqual(new Set(['2 not credited']));
    expect(verdicts({ lostConnections: 3 })).toEqual(new Set(['3 connections lost']));
  });

  it('is missed where nobody counted them', () => {
    for (const goal of GOALS) {
      const { refused, lostConnections, ...rest } = perfect(goal.offered);
      expect(missed(goal, { ...rest, refused: refused! })).toContain('not known');
      expect(missed(goal, { ...rest, lostConnections: lostConnections! })).toContain('not known');
    }
  });

  it('is missed where the row fell short of the rate it is about', () => {
    const paced = GOALS.filter(({ offered }) => offered !== null);
    // CPU, answers and pauses at 5,000/s by both hashers, answers at 25,000/s by both, pauses on two slow disks.
    expect(paced).toHaveLength(10);
    for (const goal of paced) {
      expect(missed(goal, { ...perfect(goal.offered), rate: 0.97 * goal.offered! })).toMatch(/^at .*\/s of/);
      expect(missed(goal, { ...perfect(goal.offered), rate: 0.99 * goal.offered! })).toBeNull();
    }
  });

  it('for connections held counts them at the end as well as at the start, by the pool’s count too', () => {
    const goal = GOALS.find(({ id }) => id === 'held')!;
    for (const change of [
      { connections: 99_999 },
      { loggedInBefore: 99_999 },
      { loggedInAfter: 99_999 },
      { loggedInAfter: 0 },
      { rate: 1_999 },
    ]) {
      expect(missed(goal, { ...perfect(null), ...change })).toBe('no');
    }
  });
});
