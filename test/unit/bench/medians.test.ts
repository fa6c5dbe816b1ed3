import { describe, expect, it } from '@jest/globals';
import type { Measurement } from '../../bench/measurement.js';
import { medians } from '../../bench/medians.js';

const run = (more: Partial<Measurement>): Measurement => ({
  ...{
    bench: 'pool',
    what: 'row',
    rate: 10,
    unit: 'shares',
    p50Ms: 1,
    p99Ms: 2,
    mostMs: 3,
    cores: 1,
    note: 'first',
  },
  ...more,
});

describe('runs of a bench taken together', () => {
  it('hide nothing of any of them: the median of each figure, all refusals, the longest stall', () => {
    const runs = [
      run({ cpuUs: 18, refused: 0, stallMs: 5 }),
      run({ rate: 30, cpuUs: 44, refused: 20, stallMs: 90, note: 'refused with "No work"' }),
      run({ rate: 20, cpuUs: 40, refused: 1, stallMs: 7, note: 'third' }),
    ];
    expect(medians(runs, 'rate')).toMatchObject({
      ...{ rate: 20, cpuUs: 40, refused: 21, stallMs: 90 },
      note: 'median of 3 runs, rate 10.0-30.0; refused with "No work"',
    });
  });

  it('say how far the runs lay apart, of every figure that all of them have', () => {
    const runs = [run({ p99Ms: 9, cpuUs: 18 }), run({ p99Ms: 4 }), run({ p99Ms: 5 })];
    const { spread, cpuUs } = medians(runs, 'p99Ms');
    expect(spread).toEqual({
      ...{ rate: [10, 10], p50Ms: [1, 1], p99Ms: [4, 9], mostMs: [3, 3], cores: [1, 1] },
    });
    expect(cpuUs).toBeUndefined();
    expect(medians(runs.slice(0, 1), 'rate')).not.toHaveProperty('spread');
  });
});
