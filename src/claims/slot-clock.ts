/**
 * K2's slots in milliseconds, from what the task said of the present slot each time it told of a round. Slots do not all
 * take as long as the last ones did, so a slot between two readings is told from both, and a round is known to have
 * ended by a reading from behind its end; without one its end is taken to be later than it seems.
 */
import type { HeardFacts } from '../rounds/index.js';

/** What the slot clock showed once, and how long a slot took then. */
export type SlotReading = Pick<HeardFacts, 'slotNow' | 'slotMs' | 'heardMs'>;

/** A reading that is a minute old when a round ends makes 7.5 s of it. */
const SLOWER_PART = 1 / 8;
const MOST_LATER_MS = 600_000;

export class SlotClock {
  /** From the highest slot to the lowest, and from the latest time to the earliest. */
  private readonly readings: readonly SlotReading[];

  constructor(readings: Iterable<SlotReading>) {
    const falling = [...readings].sort((a, b) =>
      a.slotNow === b.slotNow ? a.heardMs - b.heardMs : a.slotNow > b.slotNow ? -1 : 1,
    );
    let earliestMs = Number.POSITIVE_INFINITY;
    // A message that was on its way for longer says less than one of a higher slot that was here before it.
    this.readings = falling.filter(({ heardMs }) => {
      const isNews = heardMs < earliestMs;
      earliestMs = Math.min(earliestMs, heardMs);
      return isNews;
    });
  }

  /** 0 before anything was read. */
  slotAt(nowMs: number): number {
    const [last] = this.readings;
    return last === undefined ? 0 : Number(last.slotNow) + (nowMs - last.heardMs) / last.slotMs;
  }

  /** When the slot begins or began. There must be a reading. */
  timeMs(slot: bigint): number {
    const at = this.readings.findIndex(({ slotNow }) => slotNow <= slot);
    // Before the first reading slots took as long as then.
    const from = at < 0 ? this.readings.at(-1)! : this.readings[at]!;
    const next = at < 0 ? undefined : this.readings[at - 1];
    const slotMs =
      next === undefined ? from.slotMs : (next.heardMs - from.heardMs) / Number(next.slotNow - from.slotNow);
    return Math.round(from.heardMs + Number(slot - from.slotNow) * slotMs);
  }

  /** By when the slot has begun for certain, though slots became slower after the last reading. */
  surelyMs(slot: bigint): number {
    const timeMs = this.timeMs(slot);
    const last = this.readings[0]!;
    if (last.slotNow >= slot) return timeMs;
    return timeMs + Math.min(MOST_LATER_MS, (timeMs - last.heardMs) * SLOWER_PART);
  }
}
