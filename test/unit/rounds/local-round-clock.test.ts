import { describe, expect, it } from '@jest/globals';
import { RoundClockError, roundAt, roundStartMs } from '../../../src/rounds/index.js';

const HOURLY = { genesisMs: 1_000_000, roundMs: 3_600_000 };

describe('the local round clock', () => {
  it('is in round 0 from genesis to the last millisecond before round 1', () => {
    expect(roundAt(HOURLY, 1_000_000)).toBe(0n);
    expect(roundAt(HOURLY, 4_599_999)).toBe(0n);
    expect(roundAt(HOURLY, 4_600_000)).toBe(1n);
  });

  it('says when a round begins', () => {
    expect(roundStartMs(HOURLY, 2n)).toBe(8_200_000);
  });

  it('refuses a clock that stands before round 0', () => {
    expect(() => roundAt(HOURLY, 999_999)).toThrow(RoundClockError);
  });
});
