import { describe, expect, it } from '@jest/globals';
import { MOST_WITHOUT_WORK, Ramp } from '../../bench/load/ramp.js';

/** How many of a crowd begin at this time. */
function begun(ramp: Ramp, nowMs: number): number {
  let count = 0;
  while (count < 10_000 && ramp.begin(nowMs)) count++;
  return count;
}

describe('the ramp of the load', () => {
  it('lets nobody begin while as many as may be have no work, and one more for each that has', () => {
    // 1,000 a second would be 1,000 after a second.
    const ramp = new Ramp(1_000, 3, 0);
    for (let nowMs = 0; nowMs < 3; nowMs++) expect(ramp.begin(nowMs)).toBe(true);
    expect(begun(ramp, 1_000)).toBe(0);
    ramp.served();
    ramp.served();
    expect(begun(ramp, 1_000)).toBe(2);
    expect(begun(ramp, 60_000)).toBe(0);
  });

  it('keeps its pace over timers that wake late', () => {
    const ramp = new Ramp(2_000, 100_000, 0);
    // Every 20 ms, forty each; and the one that is due at 0.
    const counts = [0, 20, 40, 60].map((nowMs) => begun(ramp, nowMs));
    expect(counts).toEqual([1, 40, 40, 40]);
  });

  it('does not make up for a halt with a crowd', () => {
    const ramp = new Ramp(2_000, 100_000, 0);
    expect(begun(ramp, 0)).toBe(1);
    // Of the 20,000 that were due in ten seconds, those of the last 50 ms: 50 ms at 0.5 ms each, both ends.
    expect(begun(ramp, 10_000)).toBe(101);
    expect(begun(ramp, 10_001)).toBe(2);
  });

  it("leaves most of the port's accept queue free", () => {
    // `backlog` of src/roles/shared-port.ts: a quarter of 4,096.
    expect(MOST_WITHOUT_WORK).toBeLessThanOrEqual(1_024);
  });
});
