/**
 * The first minute of a miner whose speed nobody knows. At one share in an interval T six shares would tell it to
 * within 40 %; so for 5.8 T (58 s) the difficulty is low enough for twelve in each T (twenty where the right one is below
 * 8), and then goes at once to what these tell, or as soon as 64 do (106). Meanwhile it is corrected where twice as many come, or two thirds: the ramp from a
 * start that is too low, and two or three changes more.
 *
 * What it goes by is the likeliest speed: the number of shares from the first one on, over the time at each difficulty
 * divided by that. So what was seen at a low difficulty counts for more than what was seen at a high one. A share for
 * another difficulty than the present one is as many shares as its work is.
 *
 * Some miners report no hash below a bound of their own, however low the difficulty is: a Bitaxe's chips none below 256
 * (ESP-Miner, main/device_config.h), NerdMiner's firmware none without sixteen zero bits, which is 1.5e-5
 * (src/mining.cpp). At a lower difficulty they bring fewer shares than it says, and would be taken for slower than they
 * are. It shows in the shares: the least of n hashes lies about an n-th above the bound that they had to meet.
 */

/** Shares wanted in an interval meanwhile; more where the grid's steps are so coarse that they take half of what may be off. */
const PACE = 12;
const COARSE_PACE = 20;
const COARSE_BELOW = 8;
const LENGTH_INTERVALS = 5.8;
/** At its pace so many intervals tell a speed to within an eighth. */
const ENOUGH_INTERVALS = 5.3;
/** So few shares tell a speed better than a start that was anybody's guess. */
const TELLING_SHARES = 9;
/** So many shares tell a speed to within a sixth: enough for a later connection to go by. */
const PROOF_SHARES = 36;
/** From so many shares on the difficulty may follow them upwards; half a share of slack. */
const RISING_SHARES = 16 - 0.5;
const HIGH = 2;
const LOW = 2 / 3;
const MAX_RISE = 64;
/** So long at a difficulty before it is taken for too high. */
const PATIENCE_INTERVALS = 0.5;
const SILENT_EASING = 8;
/** The first moments of its shares say little of the rest; what was sent before a rise comes in a flood. */
const FIRST_INTERVALS = 0.5;
/** A miner that is so many times faster than it was has changed, and is to be found out anew. */
const OTHER_SPEED = 4;
const CLOCK_STEP = 1e-4;
/** From so many shares on the least of their hashes tells what they had to meet, to within a tenth. */
const BOUND_SHARES = 12;
/** That all hashes lie so far above what they had to meet is chance once in e to the power of this. */
const CLEARLY_ABOVE = 10;

function paceOf(perInterval: number): number {
  return perInterval < COARSE_BELOW ? COARSE_PACE : PACE;
}

const NOTHING = { shares: 0, intervals: 0, own: 0, least: Number.POSITIVE_INFINITY };

export class Beginning {
  /** What came since the first one, in shares for the difficulty of the moment. */
  shares = 0;
  /** Intervals at each difficulty, since the first share. */
  private readonly spent = new Map<number, number>();
  /** Of all shares: their number by their jobs' difficulty, and the least hash. */
  private readonly met = new Map<number, number>();
  private least = Number.POSITIVE_INFINITY;
  /** The miner reports no hash below it; 0 where that does not show. */
  private bound = 0;
  private present = 0;
  private intervals = 0;
  /** Since the first share; null before it. */
  private heard: number | null = null;
  private hasEased = false;
  /** Since the last change of the difficulty, and since the first share. `own`: shares for it, and the `least` hash of these. */
  private lately = { ...NOTHING };

  /** Time went by at a difficulty. */
  pass(intervals: number, difficulty: number): void {
    this.present = difficulty;
    this.intervals += intervals;
    this.lately.intervals += intervals;
    if (this.heard === null) return;
    this.spent.set(difficulty, (this.spent.get(difficulty) ?? 0) + intervals);
    this.heard += intervals;
  }

  /** A share came, for its job's difficulty, while there was another. `hashDifficulty`: of its hash. */
  add(shareDifficulty: number, difficulty: number, hashDifficulty: number): void {
    if (this.heard === null) {
      this.heard = 0;
      this.changed();
      return;
    }
    const { lately } = this;
    this.shares += shareDifficulty / difficulty;
    lately.shares += shareDifficulty / difficulty;
    this.met.set(shareDifficulty, (this.met.get(shareDifficulty) ?? 0) + 1);
    this.least = Math.min(this.least, hashDifficulty);
    this.bound = this.clearBound();
    if (shareDifficulty !== difficulty) return;
    lately.own++;
    lately.least = Math.min(lately.least, hashDifficulty);
  }

  private clearBound(): number {
    let shares = 0;
    let logarithm = 0;
    for (const [difficulty, count] of this.met) {
      if (difficulty >= this.least) continue;
      shares += count;
      logarithm += count * Math.log(this.least / difficulty);
    }
    return logarithm > CLEARLY_ABOVE ? (this.least * shares) / (shares + 1) : 0;
  }

  /** The difficulty is another now. */
  changed(): void {
    this.lately = { ...NOTHING };
  }

  get isOver(): boolean {
    const { shares, exposure, lately } = this;
    if (this.intervals >= LENGTH_INTERVALS) return true;
    return lately.intervals >= 1 && shares >= ENOUGH_INTERVALS * paceOf(shares / exposure);
  }

  /** The difficulty at which the miner brings one share in an interval; null while too few tell. */
  get told(): number | null {
    const { shares, exposure } = this;
    return shares < TELLING_SHARES || exposure === 0 ? null : shares / exposure;
  }

  /** Whether what it told is more than a first guess. */
  get isTelling(): boolean {
    return this.shares >= PROOF_SHARES;
  }

  /** Intervals, each moment over the difficulty that its shares had to meet. */
  private get exposure(): number {
    const { bound, metHere, present } = this;
    let sum = 0;
    for (const [difficulty, intervals] of this.spent) {
      sum += intervals / Math.max(difficulty, bound, difficulty === present ? metHere : 0);
    }
    return sum;
  }

  /** What the hashes of shares at the present difficulty had to meet, chance or not. */
  private get metHere(): number {
    const { own, least } = this.lately;
    return own < BOUND_SHARES ? 0 : (least * own) / (own + 1);
  }

  /** Where the difficulty is to go meanwhile; null to stay. `isOwn`: a share for it has just come. */
  steer(difficulty: number, isOwn: boolean): number | null {
    const { shares, exposure, lately } = this;
    if (isOwn && lately.shares >= RISING_SHARES) {
      // The evidence ends with a share, so n − 1 of n tell the rate without bias.
      const rate = (lately.shares - 1) / Math.max(CLOCK_STEP, lately.intervals);
      const met = Math.max(difficulty, this.bound);
      const pace = paceOf(rate * met);
      if (rate > HIGH * pace) {
        this.doubt(rate * met);
        return met * Math.min(MAX_RISE, rate / pace);
      }
    }
    if (lately.intervals < PATIENCE_INTERVALS) return null;
    if (this.heard === null) return this.easeOnce(difficulty);
    // Below what the miner reports there are no more shares to be had, only less work to be credited.
    if (difficulty < LOW * this.bound) return this.bound;
    const perInterval = (shares + 1) / exposure;
    const wanted = Math.max(this.bound, perInterval / paceOf(perInterval));
    return wanted < LOW * difficulty ? wanted : null;
  }

  /** Lately the miner brought so much work in an interval: is what was seen before still true of it? */
  private doubt(perInterval: number): void {
    const isFirst = this.heard! < FIRST_INTERVALS;
    if (!isFirst && perInterval * this.exposure < OTHER_SPEED * this.shares) return;
    this.shares = 0;
    this.spent.clear();
    this.met.clear();
    this.least = Number.POSITIVE_INFINITY;
    if (!isFirst) this.intervals = 0;
  }

  /** Once, for a miner that may not be there yet; further down is silence's. */
  private easeOnce(difficulty: number): number | null {
    if (this.hasEased) return null;
    this.hasEased = true;
    return difficulty / SILENT_EASING;
  }
}
