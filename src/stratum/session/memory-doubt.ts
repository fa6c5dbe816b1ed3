/**
 * Whether who logs in is faster than what is remembered of its name: a larger order under the name of the last, or another
 * device. At what is remembered one share comes in an interval; as many as here, in the first twelve of them, come by chance
 * once in some thousand logins.
 */

const LAST_INTERVALS = 12;
/** A line that stalls brings a few shares at once, which tell nothing before there are many. */
const FLOOD_INTERVALS = 0.3;
const FLOOD_SHARES = 16;
/** Above what is expected, in its deviations, and a few for the first moments. */
const DEVIATIONS = 3.2;
const BESIDES = 2;

export class MemoryDoubt {
  /** Of the first share; null before it. */
  private sinceMs: number | null = null;
  /** Since then, in shares at what is remembered. */
  private shares = 0;
  private isOver = false;

  constructor(private readonly remembered: number) {}

  /** True at the share that tells; never again. */
  onShare(shareDifficulty: number, nowMs: number, intervalMs: number): boolean {
    if (this.isOver) return false;
    if (this.sinceMs === null) {
      this.sinceMs = nowMs;
      return false;
    }
    this.shares += shareDifficulty / this.remembered;
    const intervals = (nowMs - this.sinceMs) / intervalMs;
    const tells = this.shares >= leastTelling(intervals);
    this.isOver = tells || intervals > LAST_INTERVALS;
    return tells;
  }
}

function leastTelling(intervals: number): number {
  if (intervals < FLOOD_INTERVALS) return FLOOD_SHARES;
  return intervals + DEVIATIONS * Math.sqrt(intervals) + BESIDES;
}
