import { describe, expect, it } from '@jest/globals';
import { SlotClock } from '../../../src/claims/slot-clock.js';

const reading = (slotNow: bigint, heardMs: number, slotMs = 400) => ({ slotNow, heardMs, slotMs });

describe('the clock of slots', () => {
  it('goes by one reading in both directions', () => {
    const clock = new SlotClock([reading(1_200n, 1_000_000)]);
    // 200 slots ago, and 800 to come.
    expect([clock.timeMs(1_000n), clock.timeMs(2_000n)]).toEqual([920_000, 1_320_000]);
    expect(clock.slotAt(1_000_000 + 4_000)).toBe(1_210);
    // An eighth of the 320 s to come.
    expect([clock.surelyMs(1_000n), clock.surelyMs(2_000n)]).toEqual([920_000, 1_360_000]);
  });

  it('goes by the two readings around a slot, and behind the last by that one', () => {
    const clock = new SlotClock([reading(1_000n, 0), reading(1_100n, 50_000, 600)]);
    expect([1_050n, 1_100n, 1_101n].map((slot) => clock.timeMs(slot))).toEqual([25_000, 50_000, 50_600]);
    expect([1_050n, 1_100n].map((slot) => clock.surelyMs(slot))).toEqual([25_000, 50_000]);
  });

  it('does not go by what a higher slot has overtaken', () => {
    const clock = new SlotClock([reading(1_100n, 50_000), reading(1_000n, 60_000), reading(1_100n, 70_000)]);
    expect([clock.timeMs(1_000n), clock.slotAt(50_400)]).toEqual([10_000, 1_101]);
  });

  it('knows nothing before the first reading', () => {
    expect(new SlotClock([]).slotAt(5)).toBe(0);
  });
});
