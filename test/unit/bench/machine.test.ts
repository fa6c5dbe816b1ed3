import { describe, expect, it } from '@jest/globals';
import { coreTime, stolenPart } from '../../bench/machine.js';

const stat = (first: string): string => `cpu  ${first}\ncpu0 1 2 3 4 5 6 7 8 9 10\nintr 12\n`;

describe("the cores' time", () => {
  it('is what /proc/stat says of all cores, guests not counted twice', () => {
    // user nice system idle iowait irq softirq steal guest guest_nice (proc_stat(5)).
    expect(coreTime(stat('100 1 20 300 4 5 6 64 7 8'))).toEqual({ all: 500, stolen: 64 });
    expect(coreTime(stat('100 1 20 300'))).toBeNull();
    expect(coreTime('')).toBeNull();
  });

  it('in between is stolen for a part', () => {
    const before = coreTime(stat('100 0 0 100 0 0 0 10 0 0'));
    const after = coreTime(stat('160 0 0 115 0 0 0 35 0 0'));
    // 25 of 60 + 15 + 25.
    expect(stolenPart(before, after)).toBe(0.25);
    expect(stolenPart(null, after)).toBeNull();
  });
});
