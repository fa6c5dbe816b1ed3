/**
 * Variable difficulty for one connection: keeps a miner near one share per `shareIntervalMs`. No clock inside.
 *
 * What is measured is work per time, and a share counts with the difficulty of its own job, so the evidence stays
 * good across changes. Shares arrive by chance: n of them tell a rate to within 1/√n only, and chance alone must not
 * move the difficulty. Hence four rules; T is the share interval, all times scale with it (10 s: 3 T = 30 s):
 *
 * - Ramp: 16 shares' worth of work at more than 4 times the wanted rate move the difficulty at once to what they
 *   tell, at most 64-fold. Sixteen shares in 4 T at the right difficulty are chance once in 10⁵ times.
 * - Adjust: at most every 3 T and on evidence of about 3 T, when the measured rate is outside 0.8-1.2 of the wanted
 *   one and further off than 1.5 standard deviations; half the way (damping 0.5) to the difficulty measured.
 * - Surprise: a moving average (alpha 0.3 per 3 T) more than 3.5 standard deviations from what the evidence says
 *   means that the miner changed. The evidence is thrown away and gathered anew.
 * - Silence: before any share, 16-fold down after each 1.5 T up to three times, then at each doubling of the silence.
 *   After a share, 4-fold down after 8 T and again after 16 T, never more: a miner that was merely off comes back to
 *   at most 16 times the wanted rate.
 *
 * What holds for a steady miner at T = 10 s (the tests beside it draw arrivals from seeds; "rate" is the share rate a
 * difficulty implies, over the wanted one):
 *
 * - A start between a millionth of the right difficulty and twice it: after 60 s the rate is within a factor of 3 in
 *   95 runs of 100, within 2 in 80. Six wanted shares tell no more than that. A start above that costs 15 s for each
 *   factor of 16, and luck: up to 256 times too high, within a factor of 3 after 120 s in 80 runs of 100. So a start
 *   difficulty is better low than high.
 * - From 10 minutes on: over hours the share rate is within 25 % of the wanted one, the difficulty is outside the
 *   dead band less than 5 % of the time and changes less than 3 times an hour, never more than 6-fold off (a chance
 *   silence of 8 T comes once in 3,000 shares). Evenly spaced shares inside the dead band change nothing, ever.
 * - A miner that changes after an hour is within a factor of 1.5 again after about 2 minutes (median) when it became 3
 *   to 100 times faster, 5 to 15 minutes when it became slower.
 * - The integers 1, 2 and 3 are coarse: where the right difficulty is between 1.2 and 1.9 or between 2.4 and 2.8 no
 *   difficulty of the grid gives a rate inside the dead band, and the rate may be up to 1.9.
 */
import { gridFloor } from '../../bitcoin/index.js';

export interface VardiffOptions {
  readonly startDifficulty: number;
  /** Both bounds are taken down to the difficulty grid. */
  readonly minDifficulty: number;
  readonly maxDifficulty: number;
  readonly shareIntervalMs: number;
}

const RAMP_SHARES = 16;
const RAMP_RATE = 4;
const MAX_RAMP = 64;
const CLOCK_STEP_MS = 1;

const COOLDOWN_INTERVALS = 3;
const DEAD_BAND_LOW = 0.8;
const DEAD_BAND_HIGH = 1.2;
const DAMPING = 0.5;
const ADJUST_DEVIATIONS = 1.5;

const EMA_ALPHA = 0.3;
/** Time constants, in intervals. */
const RECENT_MEMORY = -COOLDOWN_INTERVALS / Math.log(1 - EMA_ALPHA);
const LASTING_MEMORY = 120;
const SURPRISE_DEVIATIONS = 3.5;

const UNPROVEN_EASING = 16;
const UNPROVEN_SILENCE_INTERVALS = 1.5;
const UNPROVEN_QUICK_STEPS = 3;
const PROVEN_EASING = 4;
const PROVEN_SILENCE_INTERVALS = 8;
const PROVEN_STEPS = 2;

/** Work and time, both forgotten at one rate, so that their quotient is a rate from the first share on. */
class Evidence {
  /** Sum of difficulties. */
  work = 0;
  /** Sum of their squares: the variance of `work`. */
  squares = 0;
  intervals = 0;

  constructor(private readonly memory: number) {}

  add(difficulty: number): void {
    this.work += difficulty;
    this.squares += difficulty * difficulty;
  }

  pass(intervals: number): void {
    const kept = Math.exp(-intervals / this.memory);
    this.work *= kept;
    this.squares *= kept;
    this.intervals = this.intervals * kept + this.memory * (1 - kept);
  }

  /** How many equal shares would tell as much: one of a high difficulty outweighs many of a low one. */
  get shares(): number {
    return this.squares === 0 ? 0 : (this.work * this.work) / this.squares;
  }

  clear(): void {
    this.work = 0;
    this.squares = 0;
    this.intervals = 0;
  }
}

export class Vardiff {
  private current: number;
  private readonly min: number;
  private readonly max: number;
  private readonly intervalMs: number;

  private readonly lasting = new Evidence(LASTING_MEMORY);
  private readonly recent = new Evidence(RECENT_MEMORY);
  private seenMs: number;
  private changedMs: number;
  private quietSinceMs: number;
  private proven = false;
  private easings = 0;
  private lastSuggestion: number | null = null;

  constructor(options: VardiffOptions, nowMs: number) {
    this.min = gridFloor(options.minDifficulty);
    this.max = gridFloor(options.maxDifficulty);
    this.intervalMs = options.shareIntervalMs;
    this.current = this.onGrid(options.startDifficulty);
    this.seenMs = nowMs;
    this.changedMs = nowMs;
    this.quietSinceMs = nowMs;
  }

  /** What the next job is to carry; always on the grid. */
  get difficulty(): number {
    return this.current;
  }

  /**
   * A valid share. `shareDifficulty`: its job's, which may be older than the present one.
   * Returns the new difficulty when it changes, as the other two do.
   */
  onShare(nowMs: number, shareDifficulty: number = this.current): number | null {
    if (this.easings > 0) this.forget();
    this.pass(nowMs);
    this.lasting.add(shareDifficulty);
    this.recent.add(shareDifficulty);
    this.proven = true;
    this.easings = 0;
    this.quietSinceMs = nowMs;
    // Shares still on older, easier jobs are evidence, but a jump is not judged before one at its own difficulty.
    return (shareDifficulty >= this.current ? this.ramp(nowMs) : null) ?? this.adjust(nowMs);
  }

  /** Time went by; call it every second or few. */
  onTick(nowMs: number): number | null {
    this.pass(nowMs);
    return this.ease(nowMs) ?? this.adjust(nowMs);
  }

  /** The miner's own wish: taken as the place to go on from, once. Nonsense is ignored. */
  suggest(difficulty: number, nowMs: number): number | null {
    if (!(difficulty > 0) || difficulty === this.lastSuggestion) return null;
    this.lastSuggestion = difficulty;
    this.quietSinceMs = nowMs;
    this.easings = 0;
    return this.change(this.onGrid(difficulty), nowMs);
  }

  private pass(nowMs: number): void {
    const intervals = Math.max(0, nowMs - this.seenMs) / this.intervalMs;
    this.seenMs = Math.max(this.seenMs, nowMs);
    this.lasting.pass(intervals);
    this.recent.pass(intervals);
  }

  private forget(): void {
    this.lasting.clear();
    this.recent.clear();
  }

  private ramp(nowMs: number): number | null {
    const { shares } = this.lasting;
    const intervals = Math.max(this.lasting.intervals, CLOCK_STEP_MS / this.intervalMs);
    const seen = this.lasting.work / this.current;
    // Half a share of slack: forgetting takes a little off the number of equal shares.
    if (shares < RAMP_SHARES - 0.5 || seen <= RAMP_RATE * intervals) return null;
    // The evidence ends with a share, so n − 1 of n tell the rate without bias.
    const factor = Math.min(MAX_RAMP, (seen * (1 - 1 / shares)) / intervals);
    return this.change(this.onGrid(this.current * factor), nowMs);
  }

  private adjust(nowMs: number): number | null {
    if (nowMs - this.changedMs < COOLDOWN_INTERVALS * this.intervalMs || this.easings > 0) return null;
    if (this.surprised()) {
      this.forget();
      return null;
    }
    const wanted = this.lasting.intervals;
    if (wanted < COOLDOWN_INTERVALS - 0.5) return null;
    const rate = this.lasting.work / this.current / wanted;
    if (!(rate < DEAD_BAND_LOW || rate > DEAD_BAND_HIGH)) return null;
    const variance = Math.max(wanted, this.lasting.squares / this.current ** 2);
    if (Math.abs(rate - 1) * wanted < ADJUST_DEVIATIONS * Math.sqrt(variance)) return null;
    const damped = this.onGrid(this.current * (1 + DAMPING * (rate - 1)));
    const next = damped === this.current ? this.onGrid(this.current * rate) : damped;
    return this.isNearer(next, rate) ? this.change(next, nowMs) : null;
  }

  private surprised(): boolean {
    const expected = (this.recent.intervals * this.lasting.work) / this.current / this.lasting.intervals;
    const seen = this.recent.work / this.current;
    // An exponentially forgotten count has half the variance of a plain one of the same mean.
    return Math.abs(seen - expected) > SURPRISE_DEVIATIONS * Math.sqrt(Math.max(1, expected / 2));
  }

  /** Where the grid is coarse (1, 2, 3) the next step down may be further off than no step. */
  private isNearer(next: number, rate: number): boolean {
    return Math.abs(Math.log((this.current * rate) / next)) < Math.abs(Math.log(rate));
  }

  private ease(nowMs: number): number | null {
    const silence = (nowMs - this.quietSinceMs) / this.intervalMs;
    if (this.proven) {
      if (this.easings >= PROVEN_STEPS || silence < PROVEN_SILENCE_INTERVALS * 2 ** this.easings) return null;
    } else if (silence < unprovenSilence(this.easings)) return null;
    this.easings++;
    const factor = this.proven ? PROVEN_EASING : UNPROVEN_EASING;
    return this.change(this.onGrid(this.current / factor), nowMs);
  }

  private change(next: number, nowMs: number): number | null {
    if (next === this.current) return null;
    this.current = next;
    this.changedMs = nowMs;
    return next;
  }

  /** The grid's nearest within the bounds; above only where that is at most a tenth away. */
  private onGrid(difficulty: number): number {
    const floor = gridFloor(difficulty);
    const above = gridFloor(difficulty * 1.1);
    const nearest = above - difficulty < difficulty - floor ? above : floor;
    return Math.min(this.max, Math.max(this.min, nearest));
  }
}

/** Intervals of silence before easing number `easings` + 1. */
function unprovenSilence(easings: number): number {
  const quick = Math.min(easings + 1, UNPROVEN_QUICK_STEPS);
  return UNPROVEN_SILENCE_INTERVALS * quick * 2 ** (easings + 1 - quick);
}
