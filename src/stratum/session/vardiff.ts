/**
 * Variable difficulty for one connection: keeps a miner near one share per share interval T (10 s). No clock inside.
 * What holds at T = 10 s, for steady miners from 50 kH/s to 100 PH/s whose shares come by chance (the tests beside it
 * draw them from seeds; "rate" is the share rate that a difficulty implies, over the wanted one):
 *
 * - Settles within 60 s from a start between a millionth of the right difficulty and twice it: the rate is then within
 *   25 % in 9 runs of 10 (measured: 91 to 97 of 100, by miner and start) and within a factor of 1.5 in 98 of 100. It
 *   stays within 25 % at any of the next minutes in 85 of 100. Without chance (evenly spaced shares) it is in the dead
 *   band then, and never changes again. That takes a `Beginning`: 55 to 85 shares in the minute, besides what floods in
 *   from a start more than 500 times too low; and at most eight changes.
 *   256 times too high a start takes 90 s to the same in 8 runs of 10; each factor of 16 more takes 15 s more, and luck.
 * - A miner that is remembered at the right difficulty, and wishes for none, is within 25 % at each of the next minutes in 85
 *   runs of 100 (measured: 90 to 98).
 * - A `Beginning` has fewer shares where a twelfth of the right difficulty is below the lowest, or below the miner's wish:
 *   16 a minute are within a factor of 1.6 in 9 runs of 10. With less, and where rounds have no room for so many shares,
 *   the rate after 60 s is within 2.25 in 85 runs of 100, within 3 in 95.
 * - Once settled, from 10 minutes on, the shares of every hour are within 25 % of those wanted. The difficulty is
 *   outside the dead band less than 5 % of the time, leaves it less than once in 2.5 hours (measured: 10), crosses
 *   from one side to the other less than once in 10 (measured: 40), changes less than 1.5 times an hour and is never
 *   more than 6-fold off (a chance silence of 10 T comes once in 22,000 shares).
 * - A miner that is on and off, or turns 1,000 times faster after 5 minutes or more, is 60 s later within 2.25 in 85 runs
 *   of 100 or within 3 in 95, and has brought at most 40 or 140 shares by then. In its first minute a burst is measured as
 *   a beginning is. One that becomes slower is within a factor of 1.5 again after 5 to 20 minutes (median).
 * - Silence takes a proven miner's difficulty down 16-fold at most, all rules together, and a remembered one's for 60 T.
 *   A wish takes it to a sixteenth of what its shares prove at most, and the next share at that brings it back.
 * - The integers 1, 2 and 3 are coarse: where the right difficulty is between 1.2 and 1.9 or between 2.4 and 2.8 no
 *   difficulty of the grid gives a rate inside the dead band, and the rate may be up to 1.9.
 *
 * Shares arrive by chance: n of them tell a rate to within 1/√n only, and chance alone must not move the difficulty.
 * Hence, after a beginning, four rules; all times scale with T (10 s: 3 T = 30 s):
 *
 * - Ramp: 16 shares' worth of work at more than 4 times the wanted rate move the difficulty at once to what they
 *   tell, at most 64-fold. Sixteen shares in 4 T at the right difficulty are chance once in 10⁵ times.
 * - Adjust: at most every 3 T and on evidence of about 3 T, when the measured rate is outside 0.8-1.2 of the wanted
 *   one and further off than 1.5 standard deviations; half the way (damping 0.5) to the difficulty measured.
 * - Surprise: a moving average (alpha 0.3 per 3 T, or a longer one) further from what the evidence says than chance
 *   explains means that the miner changed. The evidence is thrown away and gathered anew.
 * - Silence: see `MinerSilence`.
 */
import { gridFloor } from '../../bitcoin/index.js';
import { Beginning } from './beginning.js';
import { HashrateEvidence } from './hashrate-evidence.js';
import { MinerSilence } from './miner-silence.js';
import { adjusted, COOLDOWN_INTERVALS, rampTarget } from './steering.js';

export interface VardiffOptions {
  readonly startDifficulty: number;
  /** Whether an earlier connection of the miner had the start difficulty. */
  readonly isRemembered: boolean;
  /** Whether rounds have room for the many shares of a `Beginning`. */
  readonly hasRoom: boolean;
  /** The miner's wish, 0 for none; below that its difficulty is not put to find out its speed. */
  readonly wish: number;
  /** Both bounds are taken down to the difficulty grid. */
  readonly minDifficulty: number;
  readonly maxDifficulty: number;
  readonly shareIntervalMs: number;
  /** The highest difficulty there may be at present, on the grid; it goes before both bounds. */
  readonly ceiling: () => number;
}

const CLOCK_STEP_MS = 1;

/** What a minute tells weighs no more than one share in each interval would: a miner may have been warming up in it. */
const BEGINNING_SHARES = 6;
/** Nor is a difficulty that an earlier connection had to be lost to the chance of a few shares. */
const REMEMBERED_SHARES = 6;
/** Where the first share comes later, the miner is taken not to have been there from the start. */
const LATE_INTERVALS = 2;
/**
 * How far silence alone, in whatever way, may take the difficulty down from where the last share left it; and a wish,
 * from what the shares tell.
 */
const MOST_EASING = 16;

export class Vardiff {
  private current: number;
  private min: number;
  private readonly max: number;
  private intervalMs: number;
  private readonly ceiling: () => number;

  private readonly evidence = new HashrateEvidence();
  private readonly silence: MinerSilence;
  private seenMs: number;
  private changedMs: number;
  private wish: number;
  private hasRoom: boolean;
  private beginning: Beginning | null = null;
  private lastProven: number | null = null;
  /** The lowest difficulty that silence may lead to; 0 before the first share. */
  private silentFloor = 0;

  constructor(options: VardiffOptions, nowMs: number) {
    this.min = gridFloor(options.minDifficulty);
    this.max = gridFloor(options.maxDifficulty);
    this.intervalMs = options.shareIntervalMs;
    this.ceiling = options.ceiling;
    this.current = this.onGrid(options.startDifficulty);
    this.silence = new MinerSilence(options.isRemembered, nowMs);
    this.wish = options.wish;
    this.hasRoom = options.hasRoom;
    if (options.isRemembered) this.evidence.replace(this.current, REMEMBERED_SHARES);
    else if (this.hasRoom) this.beginning = new Beginning();
    this.seenMs = nowMs;
    this.changedMs = nowMs;
  }

  /** What the next job is to carry; always on the grid. */
  get difficulty(): number {
    return Math.min(this.current, this.ceiling());
  }

  /** Where the last share left the difficulty: what silence does to it since says nothing of the miner. Null before one. */
  get proven(): number | null {
    return this.lastProven;
  }

  /** Silence has taken the difficulty down since the last share. */
  get isEased(): boolean {
    return this.silence.eased;
  }

  /**
   * A valid share. `shareDifficulty`: its job's, which may be older than the present one.
   * Returns the new difficulty when it changes, as the others do.
   */
  onShare(nowMs: number, shareDifficulty: number = this.current): number | null {
    if (this.silence.eased) this.evidence.forget();
    this.pass(nowMs);
    this.evidence.add(shareDifficulty);
    if (this.hasJustCome(nowMs)) this.beginning = this.hasRoom ? new Beginning() : null;
    this.beginning?.add(shareDifficulty, this.current);
    this.silence.onShare(nowMs);
    this.silentFloor = 0;
    // Shares still on older, easier jobs are evidence, but a jump is not judged before one at its own difficulty;
    // nor does one prove a difficulty that was only wished for.
    const isOwn = shareDifficulty >= this.current;
    let changed = this.begin(isOwn, nowMs);
    if (changed === undefined) changed = (isOwn ? this.ramp(nowMs) : null) ?? this.adjust(nowMs);
    const found = this.onGrid(this.beginning?.told ?? this.current);
    this.lastProven = isOwn ? found : Math.min(this.lastProven ?? shareDifficulty, found);
    this.silentFloor = gridFloor(this.current / MOST_EASING);
    return changed;
  }

  /** Time went by; call it every second or few. */
  onTick(nowMs: number): number | null {
    this.pass(nowMs);
    const easing = this.silence.easing(nowMs, this.intervalMs);
    if (easing > 1) return this.change(this.onGrid(this.current / easing), nowMs);
    const changed = this.begin(false, nowMs);
    return changed === undefined ? this.adjust(nowMs) : changed;
  }

  /**
   * The miner's own wish: taken as the place to go on from, once, but at most 16-fold below what its shares prove.
   * Nonsense is ignored.
   */
  suggest(difficulty: number, nowMs: number): number | null {
    if (!(difficulty > 0) || difficulty === this.wish) return null;
    this.wish = difficulty;
    this.pass(nowMs);
    this.silence.begin(nowMs);
    this.silentFloor = 0;
    const lowest = Math.min(this.current, this.evidence.perInterval / MOST_EASING);
    return this.change(this.onGrid(Math.max(difficulty, lowest)), nowMs);
  }

  /** The miner can work at no less from now on. */
  setMinimum(difficulty: number, nowMs: number): void {
    this.min = gridFloor(difficulty);
    this.pass(nowMs);
    this.change(this.onGrid(this.current), nowMs);
  }

  /**
   * Another share interval from now on. The difficulty follows by the ordinary rules, each connection in its own
   * time, so that no two thousand new jobs go out at once.
   */
  setInterval(shareIntervalMs: number, hasRoom: boolean, nowMs: number): void {
    this.pass(nowMs);
    if (!hasRoom || shareIntervalMs !== this.intervalMs) this.beginning = null;
    this.hasRoom = hasRoom;
    this.evidence.stretch(shareIntervalMs / this.intervalMs);
    this.intervalMs = shareIntervalMs;
  }

  private pass(nowMs: number): void {
    this.current = this.difficulty;
    const intervals = Math.max(0, nowMs - this.seenMs) / this.intervalMs;
    this.evidence.pass(intervals);
    this.beginning?.pass(intervals, this.current);
    this.seenMs = Math.max(this.seenMs, nowMs);
  }

  /** Its first share is so late that it is taken not to have been there before. */
  private hasJustCome(nowMs: number): boolean {
    const { silence, intervalMs } = this;
    return !silence.isKnown(nowMs, intervalMs) && silence.intervals(nowMs, intervalMs) >= LATE_INTERVALS;
  }

  /** The first minute's changes; undefined where it is over. */
  private begin(isOwn: boolean, nowMs: number): number | null | undefined {
    const { beginning, current, wish } = this;
    if (beginning === null) return undefined;
    if (!isOwn && beginning.isOver) return this.settle(beginning, nowMs);
    const wanted = beginning.steer(current, isOwn);
    return wanted === null
      ? null
      : this.change(this.onGrid(Math.max(wanted, Math.min(current, wish))), nowMs);
  }

  /** The first minute is over: at once, undamped, to what it told. */
  private settle({ told }: Beginning, nowMs: number): number | null {
    this.beginning = null;
    if (told === null) return null;
    this.evidence.replace(told, BEGINNING_SHARES);
    const changed = this.change(this.onGrid(told), nowMs);
    this.silentFloor = gridFloor(this.current / MOST_EASING);
    return changed;
  }

  private ramp(nowMs: number): number | null {
    const wanted = rampTarget(this.evidence, this.current, CLOCK_STEP_MS / this.intervalMs);
    return wanted === null ? null : this.change(this.onGrid(wanted), nowMs);
  }

  private adjust(nowMs: number): number | null {
    if (this.silence.eased) return null;
    if (this.evidence.contradictsItself(this.current)) {
      this.evidence.forget();
      return null;
    }
    if (nowMs - this.changedMs < COOLDOWN_INTERVALS * this.intervalMs) return null;
    const next = adjusted(this.evidence, this.current, (difficulty) => this.onGrid(difficulty));
    return next === null ? null : this.change(next, nowMs);
  }

  private change(next: number, nowMs: number): number | null {
    if (next === this.current) return null;
    this.beginning?.changed();
    this.current = next;
    this.changedMs = nowMs;
    return next;
  }

  /** The grid's nearest within the bounds; above only where that is at most a tenth away. */
  private onGrid(difficulty: number): number {
    const floor = gridFloor(difficulty);
    const above = gridFloor(difficulty * 1.1);
    const nearest = above - difficulty < difficulty - floor ? above : floor;
    return Math.min(this.ceiling(), this.max, Math.max(this.min, this.silentFloor, nearest));
  }
}
