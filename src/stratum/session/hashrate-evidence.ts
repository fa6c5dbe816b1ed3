/**
 * What a connection's shares tell of its speed: work per time, gathered over four lengths of memory. A share counts
 * with the difficulty of its own job, so the evidence stays good across changes of difficulty. All four forget work
 * and time at one rate, so that their quotient is a rate from the first share on.
 */

/** Time constants, in share intervals. `RECENT` is a moving average of alpha 0.3 for each 3 intervals. */
const BURST_MEMORY = 1;
const RECENT_MEMORY = -3 / Math.log(1 - 0.3);
const MIDDLE_MEMORY = 24;
const LASTING_MEMORY = 120;

/** In standard deviations. A sudden flood shows within an interval, a fall to a third takes the middle memory to see. */
const BURST_SURPRISE = 10;
const RECENT_SURPRISE = 3.5;
const MIDDLE_SURPRISE = 3.2;

/** Work and time under one exponential forgetting. */
class FadingWork {
  /** Sum of difficulties. */
  work = 0;
  /** Sum of their squares: the variance of `work`. */
  squares = 0;
  intervals = 0;

  constructor(private readonly memory: number) {}

  add(difficulty: number, shares = 1): void {
    this.work += shares * difficulty;
    this.squares += shares * difficulty * difficulty;
  }

  /** One at any time of the last `intervals`: what was forgotten of it on average. */
  addOver(difficulty: number, intervals: number): void {
    const lengths = intervals / this.memory;
    this.add(difficulty, (1 - Math.exp(-lengths)) / lengths);
  }

  become({ work, squares, intervals }: FadingWork): void {
    this.work = work;
    this.squares = squares;
    this.intervals = intervals;
  }

  pass(intervals: number): void {
    const kept = Math.exp(-intervals / this.memory);
    this.work *= kept;
    this.squares *= kept;
    this.intervals = this.intervals * kept + this.memory * (1 - kept);
  }

  clear(): void {
    this.work = 0;
    this.squares = 0;
    this.intervals = 0;
  }
}

export class HashrateEvidence {
  private readonly burst = new FadingWork(BURST_MEMORY);
  private readonly recent = new FadingWork(RECENT_MEMORY);
  private readonly middle = new FadingWork(MIDDLE_MEMORY);
  private readonly lasting = new FadingWork(LASTING_MEMORY);
  private readonly all = [this.burst, this.recent, this.middle, this.lasting];

  add(difficulty: number): void {
    for (const fading of this.all) fading.add(difficulty);
  }

  /** A share that was found at any time of the last `intervals`. */
  addOver(difficulty: number, intervals: number): void {
    for (const fading of this.all) fading.addOver(difficulty, intervals);
  }

  pass(intervals: number): void {
    for (const fading of this.all) fading.pass(intervals);
  }

  copy(): HashrateEvidence {
    const copy = new HashrateEvidence();
    copy.become(this);
    return copy;
  }

  become(other: HashrateEvidence): void {
    for (const [i, fading] of this.all.entries()) fading.become(other.all[i]!);
  }

  forget(): void {
    for (const fading of this.all) fading.clear();
  }

  /** From now on it is that so many shares of `difficulty` came, one in each interval. */
  replace(difficulty: number, shares: number): void {
    this.forget();
    this.pass(shares);
    for (const fading of this.all) fading.add(difficulty, fading.intervals);
  }

  /** The share interval is `factor` times what it was: the time seen so far is that many fewer intervals. */
  stretch(factor: number): void {
    for (const fading of this.all) fading.intervals /= factor;
  }

  /** Intervals the evidence covers, the long forgotten ones left out. */
  get intervals(): number {
    return this.lasting.intervals;
  }

  /** The work of an interval, in difficulty; of no interval it is no number. */
  get told(): number {
    return this.lasting.work / this.lasting.intervals;
  }

  /** The work of an interval, in difficulty, as far as it is proven: one more interval is counted than was seen. */
  get perInterval(): number {
    return this.lasting.work / (this.lasting.intervals + 1);
  }

  /** How many equal shares would tell as much: one of a high difficulty outweighs many of a low one. */
  get shares(): number {
    const { work, squares } = this.lasting;
    return squares === 0 ? 0 : (work * work) / squares;
  }

  /** The work seen, in shares of `difficulty`. */
  sharesOf(difficulty: number): number {
    return this.lasting.work / difficulty;
  }

  /** The standard deviation of `sharesOf`; at least that of a miner which finds one share an interval. */
  deviationOf(difficulty: number): number {
    const { intervals, work, squares } = this.lasting;
    const weight = work === 0 ? 1 : squares / work / difficulty;
    return Math.sqrt(intervals * Math.max(1, weight));
  }

  /**
   * Whether the last minutes contradict the rest by more than chance: the miner changed. `isMixed`: with shares of other
   * difficulties too, of which larger ones make more of the chance.
   */
  contradictsItself(difficulty: number, isMixed = false): boolean {
    if (this.lasting.intervals === 0) return false;
    return (
      this.surprises(this.burst, BURST_SURPRISE, difficulty, isMixed) ||
      this.surprises(this.recent, RECENT_SURPRISE, difficulty, isMixed) ||
      this.surprises(this.middle, MIDDLE_SURPRISE, difficulty, isMixed)
    );
  }

  private surprises(
    { intervals, work, squares }: FadingWork,
    deviations: number,
    difficulty: number,
    isMixed: boolean,
  ): boolean {
    const expected = (intervals * this.lasting.work) / difficulty / this.lasting.intervals;
    const seen = work / difficulty;
    const counted = isMixed ? Math.max(expected, squares / difficulty ** 2) : expected;
    // An exponentially forgotten count has half the variance of a plain one of the same mean.
    return Math.abs(seen - expected) > deviations * Math.sqrt(Math.max(1, counted / 2));
  }
}
