import { describe, expect, it } from '@jest/globals';
import { JobIds } from '../../../../src/stratum/session/job-ids.js';

describe('a job id', () => {
  it('is the listener in 2 hex digits, the row in 6 and a number in 8', () => {
    expect(new JobIds().next(0, 0xabc, 0x1234)).toBe('00000abc00001234');
    expect(new JobIds().next(0xff, 0xffff_fffe, 2 ** 32 + 5)).toBe('fffffffe00000005');
  });

  it('of one listener is none of another’s, though work, row and clock are the same', () => {
    expect(new JobIds().next(1, 7, 5_000)).not.toBe(new JobIds().next(2, 7, 5_000));
  });

  it('never comes twice, however many are wanted at once and wherever the clock goes', () => {
    const ids = new JobIds();
    const given = [100, 100, 100, 99, 5_000, 5_000, 0].map((nowMs) => ids.next(0, 1, nowMs));
    expect(new Set(given).size).toBe(given.length);
    expect([...given].sort()).toEqual(given);
  });

  it('of a listener that starts later is above the earlier one’s', () => {
    const before = new JobIds();
    let last = '';
    // 1,000 miners and a notify for each every 25 s, for an hour.
    for (let nowMs = 0; nowMs < 3_600_000; nowMs += 25_000) {
      for (let miner = 0; miner < 1_000; miner++) last = before.next(0, 1, nowMs);
    }
    expect(new JobIds().next(0, 1, 3_600_000) > last).toBe(true);
  });
});
