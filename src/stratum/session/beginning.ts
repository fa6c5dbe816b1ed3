/**
 * The first minute of a miner whose speed nobody knows. At one share in an interval T six shares would tell it to
 * within 40 %; so for 5.8 T (58 s) the difficulty is low enough for twelve in each T, and then goes at once to what
 * these tell, or as soon as 64 do. Meanwhile it is corrected where twice as many come, or two thirds: the ramp from a
 * start that is too low, and two or three changes more.
 *
 * What it goes by is the likeliest speed: the number of shares from the first one on, over the time at each difficulty
 * divided by that. So what was seen at a low difficulty counts for more than what was seen at a high one. A share for
 * another difficulty than the present one is as many shares as its work is.
 */

/** Shares wanted in an interval meanwhile. */
const PACE = 12;
const LENGTH_INTERVALS = 5.8;
/** As many tell a speed to within an eighth, */
const ENOUGH_SHARES = 64;
/** and as few better than a start that was anybody's guess. */
const TELLING_SHARES = 9;
/** From as many on the difficulty may follow them upwards; half a share of slack. */
const RISING_SHARES = 16 - 0.5;
const HIGH = 2;
const LOW = 2 / 3;
const MAX_RISE = 64;
/** So long at a difficulty before it is taken for too high. */
const PATIENCE_INTERVALS = 0.5;
const SILENT_EASING = 8;
/** The first moments of its shares say little of the rest; what was sent before a rise comes in a flood. */
const FIRST_INTERVALS = 0.5;
/** So many times faster than it was: the miner changed, and is to be found out anew. */
const OTHER_SPEED = 4;
const CLOCK_STEP = 1e-4;

export class Beginning {
  private shares = 0;
  /** Intervals, each moment over the difficulty that it had. */
  private exposure = 0;
  private intervals = 0;
  /** Since the first share; null before it. */
  private heard: number | null = null;
  private hasEased = false;
  /** Since the last change of the difficulty, and since the first share. */
  private lately = { shares: 0, intervals: 0 };

  /** Time went by at a difficulty. */
  pass(intervals: number, difficulty: number): void {
    this.intervals += intervals;
    this.lately.intervals += intervals;
    if (this.heard === null) return;
    this.exposure += intervals / difficulty;
    this.heard += intervals;
  }

  /** A share came, for its job's difficulty, while there was another. */
  add(shareDifficulty: number, difficulty: number): void {
    if (this.heard === null) {
      this.heard = 0;
      this.changed();
      return;
    }
    this.shares += shareDifficulty / difficulty;
    this.lately.shares += shareDifficulty / difficulty;
  }

  /** The difficulty is another now. */
  changed(): void {
    this.lately = { shares: 0, intervals: 0 };
  }

  get isOver(): boolean {
    return this.intervals >= LENGTH_INTERVALS || (this.shares >= ENOUGH_SHARES && this.lately.intervals >= 1);
  }

  /** The difficulty at which the miner brings one share in an interval; null while too few tell. */
  get told(): number | null {
    const { shares, exposure } = this;
    return shares < TELLING_SHARES || exposure === 0 ? null : shares / exposure;
  }

  /** Where the difficulty is to go meanwhile; null to stay. `isOwn`: a share for it has just come. */
  steer(difficulty: number, isOwn: boolean): number | null {
    const { shares, exposure, lately } = this;
    if (isOwn && lately.shares >= RISING_SHARES) {
      // The evidence ends with a share, so n − 1 of n tell the rate without bias.
      const rate = (lately.shares - 1) / Math.max(CLOCK_STEP, lately.intervals);
      if (rate > HIGH * PACE) {
        this.doubt(rate * difficulty);
        return difficulty * Math.min(MAX_RISE, rate / PACE);
      }
    }
    if (lately.intervals < PATIENCE_INTERVALS) return null;
    if (this.heard === null) return this.easeOnce(difficulty);
    const wanted = (shares + 1) / exposure / PACE;
    return wanted < LOW * difficulty ? wanted : null;
  }

  /** Lately the miner brought so much work in an interval: is what was seen before still true of it? */
  private doubt(perInterval: number): void {
    const isFirst = this.heard! < FIRST_INTERVALS;
    if (!isFirst && perInterval * this.exposure < OTHER_SPEED * this.shares) return;
    this.shares = 0;
    this.exposure = 0;
    if (!isFirst) this.intervals = 0;
  }

  /** One that may not be there yet; further down is silence's. */
  private easeOnce(difficulty: number): number | null {
    if (this.hasEased) return null;
    this.hasEased = true;
    return difficulty / SILENT_EASING;
  }
}
