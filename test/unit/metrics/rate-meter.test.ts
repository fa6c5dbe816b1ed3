import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../../src/lib/index.js';
import { RateMeter } from '../../../src/metrics/index.js';

describe('RateMeter', () => {
  it('gives marks per second over the last minute and forgets what is older', () => {
    const clock = new ManualClock(1_700_000_000_000);
    const meter = new RateMeter(clock);
    for (let second = 0; second < 120; second++) {
      for (let mark = 0; mark < 3; mark++) meter.mark();
      clock.advance(1000);
    }
    // the present second has none yet, so 59 of the 60 slots hold 3 marks
    expect(meter.perSecond()).toBeCloseTo((59 * 3) / 60, 9);
    clock.advance(30_000);
    expect(meter.perSecond()).toBeCloseTo((29 * 3) / 60, 9);
    clock.advance(3_600_000);
    expect(meter.perSecond()).toBe(0);
  });

  it('measures over the time it has run while that is short', () => {
    const clock = new ManualClock(5_500);
    const meter = new RateMeter(clock);
    meter.mark();
    expect(meter.perSecond()).toBe(1);
    clock.advance(9_500);
    expect(meter.perSecond()).toBeCloseTo(1 / 9.5, 9);
  });
});
