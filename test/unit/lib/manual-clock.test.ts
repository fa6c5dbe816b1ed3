import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../../src/lib/index.js';

describe('ManualClock', () => {
  it('calls back in order of time, at the time asked for, and not before', () => {
    const clock = new ManualClock(1000);
    const calls: [string, number][] = [];
    clock.after(20, () => calls.push(['after 20', clock.nowMs()]));
    clock.after(5, () => calls.push(['after 5', clock.nowMs()]));
    const stop = clock.every(8, () => calls.push(['every 8', clock.nowMs()]));
    clock.advance(4);
    expect(calls).toEqual([]);
    clock.advance(16);
    stop();
    clock.advance(100);
    expect(calls).toEqual([
      ['after 5', 1005],
      ['every 8', 1008],
      ['every 8', 1016],
      ['after 20', 1020],
    ]);
    expect(clock.nowMs()).toBe(1120);
  });

  it('forgets what was cancelled, also from inside a callback', () => {
    const clock = new ManualClock();
    let calls = 0;
    const cancel = clock.after(10, () => calls++);
    clock.after(5, cancel);
    const stop = clock.every(1, () => {
      calls++;
      if (calls === 3) stop();
    });
    clock.advance(50);
    expect(calls).toBe(3);
  });

  it('runs what a callback schedules inside the same advance, and never goes back', () => {
    const clock = new ManualClock();
    const times: number[] = [];
    clock.after(10, () => {
      clock.after(10, () => times.push(clock.nowMs()));
      clock.after(1, () => clock.advance(100));
    });
    clock.advance(25);
    expect(times).toEqual([20]);
    expect(clock.nowMs()).toBe(111);
  });
});
