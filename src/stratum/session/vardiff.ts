/**
 * Variable difficulty for one connection: keeps a miner near one share per share interval T (10 s). No clock inside.
 * What holds at T = 10 s, for steady miners from 50 kH/s to 100 PH/s whose shares come by chance (the tests beside it
 * draw them from seeds; "rate" is the share rate that a difficulty implies, over the wanted one):
 *
 * - Settles within 60 s from a start between a millionth of the right difficulty and twice it: the rate is then within
 *   25 % in 9 runs of 10 (measured: 91 to 97 of 100, by miner and start) and within a factor of 1.5 in 98 of 100. It
 *   stays within 25 % at any of the next minutes in 85 of 100. Without chance (evenly spaced shares) it is in the dead
 *   band then, and never changes again. That takes a `Beginning`: 55 to 85 shares in the minute (90 to 140 where the right
 *   difficulty is below 8), besides what floods in from a start more than 500 times too low; and at most eight changes.
 *   256 times too high a start takes 90 s to the same in 8 runs of 10; each factor of 16 more takes 15 s more, and luck.
 * - A wish is such a start, before the login or however long after it, until the first share: a Bitaxe that wishes for
 *   1000 and a NerdMiner that wishes for 0.00015 are within 25 % after 60 s in 9 runs of 10 (measured: 93 to 95 of 100).
 *   One that is far too high in the first minute is left again: after three minutes the rate is within 3 in 85 of 100.
 * - A miner that is remembered at the right difficulty is within 25 % at each of the next minutes in 85 runs of 100
 *   (measured: 89 to 99), whatever it wishes for. Of one that has nothing but the name and wishes for less, the same is
 *   true from 45 s on as of one that nobody knows.
 * - One whose last connection was too short to prove a difficulty (36 shares of a `Beginning`, or nine where there is none
 *   or it is over) begins anew from what that told, and is within 25 % after 60 s in 85 runs of 100 (measured: 87 to 98).
 *   A NerdMiner whose start was 4096 had no share by then, and goes on coming down: it is within 25 % after three minutes
 *   in 85 of 100 (measured: 91 to 94), before that by luck.
 * - One that was silent at what is remembered of it (an S21 boots) has a `Beginning` from its first share on, and is within
 *   25 % 60 s later in 85 of 100 (measured: 93 to 95). What its next connection begins at goes by the time with shares
 *   alone (`ProvenDifficulty`), and stays what it was while that is too short: dropped soon after a boot, or after minutes
 *   off, whatever it wished for then, the next is within 25 % after 60 s in 82 of 100 (measured: 87 to 97), where rounds
 *   have no room within 2.25 in 95. So is within 2.25, in 90 of 100, that of one which is on for 30 s or more at a time and
 *   off for up to ten times that, also if it had ten times the speed once, or a tenth.
 * - One that is faster than what is remembered of its name (a larger order, or another device), whenever it comes on, is found
 *   out anew (`MemoryDoubt`): 5 to 1,000 times as fast it is within 25 % after 90 s in 82 of 100 (measured: 90 to 98), three
 *   times after three minutes; twice as fast it is within 2.25 then in 95. Of who is what is remembered one in 200 is too.
 * - A line that stalls for up to 400 s while the miner goes on, which it has done for twenty minutes, and then brings its
 *   shares together (`LateShares`), leaves all as it was: within 25 % from a second to ten minutes later in 93 of 100
 *   (measured: 96 to 100).
 * - A `Beginning` has fewer shares where a twelfth of the right difficulty is below the lowest: 16 a minute are within a
 *   factor of 1.6 in 9 runs of 10. With less, and where rounds have no room for so many shares, the rate after 60 s is
 *   within 2.25 in 85 runs of 100, within 3 in 95. So too where chips or firmware report no hash below a bound of their own:
 *   of a 0.5 TH/s Bitaxe, 24 shares from 256 up, 7 runs of 10 are within 25 % and 95 of 100 within 2; of a NerdMiner of
 *   50 kH/s, 40 shares of sixteen zero bits, 3 of 4.
 * - A wish that changes after the first minute is followed until the first share at it, from a sixteenth to four times of
 *   what all shares tell; in 95 runs of 100 that share brings back what was before.
 * - Once settled, from 10 minutes on, the shares of every hour are within 25 % of those wanted. The difficulty is
 *   outside the dead band less than 5 % of the time, leaves it less than once in 2.5 hours (measured: 10), crosses
 *   from one side to the other less than once in 10 (measured: 40), changes less than 1.5 times an hour and is never
 *   more than 6-fold off (a chance silence of 10 T comes once in 22,000 shares).
 * - A miner that is on and off, or turns 1,000 times faster after 5 minutes or more, is 60 s later within 2.25 in 85 runs
 *   of 100 or within 3 in 95, and has brought at most 40 or 140 shares by then. In its first minute a burst is measured as
 *   a beginning is. One that becomes slower is within a factor of 1.5 again after 5 to 20 minutes (median).
 * - Silence takes the difficulty down 16-fold at most from where the last share left it (to the grid below that), all rules
 *   together, also in the first minute (where the difficulty is a twelfth of the right one or less: 100 to 600 below that
 *   for who leaves within 10 s), and with wishes where the speed is known; a remembered one's for 60 T. Time without work
 *   is no silence. Where a remembered one wishes for still less, its silence takes it to that, and from there 16-fold down at
 *   most, for those 60 T.
 * - Below 1 silence takes nobody before the first share whose firmware is known for not reading that, and whoever nothing is
 *   known of is shown 1 for a minute in each five (`below-one.ts`).
 * - The integers 1, 2 and 3 are coarse: where the right difficulty is between 1.1 and 2 or between 2.3 and 2.8 no difficulty
 *   of the grid, or one only, gives a rate inside the dead band, and the rate may be up to 1.9.
 *
 * After a beginning the rules of `steering.ts` hold, and of `MinerSilence`.
 */
import { Beginning } from './beginning.js';
import { type BelowOne, Showing } from './below-one.js';
import { DifficultyBounds, type DifficultyRange, MOST_EASING } from './difficulty-bounds.js';
import { HashrateEvidence } from './hashrate-evidence.js';
import { LateShares } from './late-shares.js';
import { MemoryDoubt } from './memory-doubt.js';
import { MinerSilence } from './miner-silence.js';
import { ProvenDifficulty } from './proven-difficulty.js';
import { nearestRate, Steering } from './steering.js';

export interface VardiffOptions extends DifficultyRange {
  readonly startDifficulty: number;
  /** Whether an earlier connection of the miner had the start difficulty. */
  readonly isRemembered: boolean;
  /** Whether rounds have room for the many shares of a `Beginning`. */
  readonly hasRoom: boolean;
  /** The miner's wish; 0 for none. Where nothing is remembered it is the start difficulty. */
  readonly wish: number;
  readonly belowOne: BelowOne;
  readonly shareIntervalMs: number;
}

/** What a minute tells weighs no more than one share in each interval would: a miner may have been warming up in it. */
const BEGINNING_SHARES = 6;
/** A remembered difficulty weighs as much: the chance of a few shares is not to lose it. */
const REMEMBERED_SHARES = 6;
/** Where the first share comes later, the miner is taken not to have been there from the start. */
const LATE_INTERVALS = 2;
/** So many intervals with shares tell of a miner more than its wish does. */
const KNOWN_INTERVALS = 6 - 0.5;
/** How far a wish may take the difficulty above what the shares tell. */
const MOST_WISHED = 4;

export class Vardiff {
  private readonly bounds: DifficultyBounds;
  private intervalMs: number;

  private readonly evidence = new HashrateEvidence();
  private readonly steering: Steering;
  private readonly proof: ProvenDifficulty;
  private silence: MinerSilence;
  private readonly late = new LateShares();
  private seenMs: number;
  private wish: number;
  /** A wish took the difficulty from where the shares had it, and no share was found at that yet. */
  private hasStrayed = false;
  private hasRoom: boolean;
  private beginning: Beginning | null = null;
  /** The miner's speed was known, even if silence or chance have had the evidence thrown away. */
  private wasKnown = false;
  /** Null where nothing is remembered. */
  private readonly doubt: MemoryDoubt | null;
  /** When its wish went before what was remembered. */
  private anewMs = Number.NEGATIVE_INFINITY;
  private belowOne: BelowOne;
  private readonly showing = new Showing();

  constructor(options: VardiffOptions, nowMs: number) {
    this.bounds = new DifficultyBounds(options);
    this.intervalMs = options.shareIntervalMs;
    this.steering = new Steering(this.evidence, this.bounds, options.startDifficulty, nowMs);
    this.silence = new MinerSilence(options.isRemembered, nowMs);
    this.wish = options.wish;
    this.hasRoom = options.hasRoom;
    this.belowOne = options.belowOne;
    this.doubt = options.isRemembered ? new MemoryDoubt(this.steering.current) : null;
    this.proof = new ProvenDifficulty(options.isRemembered ? this.steering.current : null);
    if (options.isRemembered) {
      this.evidence.replace(this.steering.current, REMEMBERED_SHARES);
    } else if (this.hasRoom) this.beginning = new Beginning();
    this.seenMs = nowMs;
  }

  /** What the next job is to carry; always on the grid. */
  get difficulty(): number {
    return this.bounds.capped(this.steering.current);
  }

  /** What this connection's shares prove, on the grid; null while they are too few: a later one is to find out anew. */
  get proven(): number | null {
    return this.proof.value;
  }

  /** When the last share came that proved it. */
  get provenMs(): number {
    return this.proof.atMs;
  }

  /** What of it is a later connection's first guess where nothing is proven: not how low a beginning or silence has it. */
  get guess(): number {
    const isBelow = this.silence.eased || (this.beginning?.told ?? null) !== null;
    return isBelow ? (this.proof.atLastShare ?? this.difficulty) : this.difficulty;
  }

  /**
   * A valid share. `shareDifficulty`: its job's, which may be older than the present one; `hashDifficulty`: what its
   * hash would have met. Returns the new difficulty when it changes, as the others do.
   */
  onShare(
    nowMs: number,
    shareDifficulty = this.steering.current,
    hashDifficulty = shareDifficulty,
  ): number | null {
    const { eased, isOnMemory } = this.silence;
    this.showing.end();
    const foundOver = this.comeNow(shareDifficulty, nowMs);
    this.proof.add(shareDifficulty, foundOver, this.steering.current);
    // Shares still on older, easier jobs are evidence, but a jump is not judged before one at its own difficulty;
    // nor does one prove a difficulty that was only wished for.
    const isOwn = shareDifficulty >= this.steering.current;
    if (isOwn && ((eased && isOnMemory && !this.isAnew(nowMs)) || this.hasJustCome(nowMs))) this.begun();
    else if (this.doubt?.onShare(shareDifficulty, nowMs, this.intervalMs) === true) this.foundOther();
    if (foundOver === 0) this.beginning?.add(shareDifficulty, this.steering.current, hashDifficulty);
    if (isOwn || this.silence.isProven) this.silence.onShare(nowMs);
    // What only a wish says holds nobody above what its shares prove.
    const mostFloor =
      isOwn || this.wasKnown
        ? Number.POSITIVE_INFINITY
        : Math.max(this.bounds.silentFloor, shareDifficulty / MOST_EASING);
    this.bounds.freeSilence();
    let changed = foundOver > 0 ? this.goBack(nowMs) : this.begin(isOwn, nowMs);
    if (changed === undefined) changed = this.follow(isOwn, nowMs);
    const told = this.beginning?.told ?? null;
    const found = told === null ? this.steering.current : this.bounds.nearest(nearestRate(told));
    this.proof.note(found, shareDifficulty, isOwn, this.beginning, nowMs);
    this.bounds.limitSilence(this.steering.current, mostFloor);
    return changed;
  }

  /** Time went by in which there was nothing to work on: it says nothing of the miner. Instead of `onTick`. */
  pause(nowMs: number): void {
    const ms = Math.max(0, nowMs - this.seenMs);
    this.seenMs += ms;
    this.steering.pause(ms);
    this.silence.pause(ms);
  }

  /** Time went by; call it every second or few. */
  onTick(nowMs: number): number | null {
    this.pass(nowMs);
    const shown = this.show(nowMs);
    if (shown !== undefined) return shown;
    const easing = this.silence.easing(nowMs, this.intervalMs);
    if (easing > 1) {
      if (!this.silence.isKnown(nowMs, this.intervalMs)) this.bounds.freeSilence();
      const eased = Math.max(this.silentLeast, this.steering.current / easing);
      return this.isAnother(eased) ? this.beginAnew(nowMs) : this.moveTo(eased, nowMs);
    }
    const changed = this.begin(false, nowMs);
    return changed === undefined ? this.adjust(nowMs) : changed;
  }

  /**
   * The miner's own wish: where nothing is known of it, the place to go on from. What an earlier connection's shares
   * proved goes before it until the miner is silent at that; and who changes its wish in mid-work has it for one share,
   * at most 16-fold below and 4-fold above what its shares tell. Nonsense is ignored.
   */
  suggest(difficulty: number, nowMs: number): number | null {
    if (!(difficulty > 0) || difficulty === this.wish) return null;
    this.wish = difficulty;
    if (difficulty < 1) this.belowOne = 'taken';
    this.showing.end();
    this.pass(nowMs);
    if (this.silence.isOnMemory) {
      return this.silence.eased && this.isAnother(this.steering.current) ? this.beginAnew(nowMs) : null;
    }
    if (this.proof.atLastShare === null) return this.beginAnew(nowMs);
    // As at a share: its silence is no evidence of slowness.
    if (this.silence.eased) this.evidence.forget();
    this.silence.begin(nowMs);
    if (!this.wasKnown) {
      if (difficulty > this.steering.current) this.silence = new MinerSilence(false, nowMs);
      else this.bounds.freeSilence();
    }
    this.hasStrayed = this.isKnown;
    const { perInterval } = this.evidence;
    const lowest = Math.min(this.steering.current, perInterval / MOST_EASING);
    const most = MOST_WISHED * (this.isKnown ? perInterval : this.proof.atLastShare);
    const highest = this.wasKnown ? Math.max(this.steering.current, most) : Number.POSITIVE_INFINITY;
    return this.moveTo(Math.min(highest, Math.max(difficulty, lowest)), nowMs);
  }

  /** The miner can work at no less from now on. */
  setMinimum(difficulty: number, nowMs: number): void {
    this.bounds.setMinimum(difficulty);
    this.pass(nowMs);
    this.moveTo(this.steering.current, nowMs);
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
    this.proof.stretch(shareIntervalMs / this.intervalMs);
    this.intervalMs = shareIntervalMs;
  }

  /**
   * A share is evidence, and a silence that led the difficulty down is none of how fast the miner is: what comes behind it is
   * measured afresh. Returns what `LateShares` says of when it was found.
   */
  private comeNow(shareDifficulty: number, nowMs: number): number {
    const { silence, late, evidence, intervalMs } = this;
    this.pass(nowMs);
    const foundOver = late.foundOver(shareDifficulty, nowMs, intervalMs);
    if (foundOver > 0) {
      evidence.addOver(shareDifficulty, foundOver);
      return foundOver;
    }
    this.endSilence(shareDifficulty, silence.intervals(nowMs, intervalMs), nowMs);
    if (silence.eased) evidence.forget();
    evidence.add(shareDifficulty);
    return 0;
  }

  /** Other shares may come together with the one that ends it. */
  private endSilence(shareDifficulty: number, intervals: number, nowMs: number): void {
    const { beginning, evidence, late, proof, silence } = this;
    // What comes in a beginning is measured there, and at what is remembered it may be another miner.
    if (beginning !== null || proof.atLastShare === null) return;
    const lost = silence.eased && this.isKnown ? evidence : null;
    late.begin(shareDifficulty, intervals, proof.atLastShare, lost, nowMs);
  }

  /** The difficulty from before a silence, if that was the line's. */
  private goBack(nowMs: number): number | null {
    const before = this.late.goBack(this.evidence);
    return before === null ? null : this.moveTo(before, nowMs);
  }

  private pass(nowMs: number): void {
    this.steering.cap();
    const intervals = Math.max(0, nowMs - this.seenMs) / this.intervalMs;
    this.evidence.pass(intervals);
    this.proof.pass(intervals);
    this.beginning?.pass(intervals, this.steering.current);
    this.seenMs = Math.max(this.seenMs, nowMs);
    this.wasKnown ||= this.isKnown;
  }

  /** Interrupts a silence below 1 for who may not be able to read that; undefined where that is nothing to do with it. */
  private show(nowMs: number): number | null | undefined {
    const { belowOne, silence, showing, steering, intervalMs } = this;
    const isUnknown = this.proof.atLastShare === null && !silence.isKnown(nowMs, intervalMs);
    if (belowOne !== 'doubtful' || !isUnknown) return undefined;
    const next = showing.step(steering.current, silence.intervals(nowMs, intervalMs));
    if (next !== null) return this.moveTo(next, nowMs);
    return showing.isOn ? null : undefined;
  }

  /** What silence alone may lead to, before the first share. */
  private get silentLeast(): number {
    return this.belowOne === 'never' && this.proof.atLastShare === null ? 1 : 0;
  }

  /** It has just begun anew, from its wish. */
  private isAnew(nowMs: number): boolean {
    return nowMs - this.anewMs < LATE_INTERVALS * this.intervalMs;
  }

  /** The miner's first share is so late that it is taken not to have been there before. */
  private hasJustCome(nowMs: number): boolean {
    const { silence, intervalMs } = this;
    return !silence.isKnown(nowMs, intervalMs) && silence.intervals(nowMs, intervalMs) >= LATE_INTERVALS;
  }

  /** The miner's first minute is over, and its shares tell its speed. */
  private get isKnown(): boolean {
    const { beginning, evidence } = this;
    return beginning === null && evidence.intervals >= KNOWN_INTERVALS && evidence.shares > 0;
  }

  /** Silent at what is remembered of its name, and wishes for less than `difficulty`: it is another miner. */
  private isAnother(difficulty: number): boolean {
    return this.silence.isOnMemory && this.wish > 0 && this.wish < difficulty;
  }

  /**
   * As a miner that nobody knows, from its wish. Where it is silent at what is remembered of its name it goes on being so: the
   * one that is remembered may have had the wish from its software, and be booting.
   */
  private beginAnew(nowMs: number): number | null {
    if (this.silence.isOnMemory) {
      this.anewMs = nowMs;
      this.bounds.limitSilence(this.wish);
    } else this.silence = new MinerSilence(false, nowMs);
    this.evidence.forget();
    this.begun();
    return this.moveTo(this.wish, nowMs);
  }

  /** Whoever it is, it was not there before. */
  private begun(): void {
    this.proof.begun();
    this.wasKnown = false;
    this.beginning = this.hasRoom ? new Beginning() : null;
  }

  /** It is faster than what is remembered: found out anew, unless that is under way. */
  private foundOther(): void {
    if (this.beginning !== null) return;
    this.evidence.forget();
    this.begun();
  }

  /** The first share at a difficulty that was only wished for: back to what all of them tell. */
  private comeBack(nowMs: number): number | null {
    if (!this.hasStrayed) return null;
    this.hasStrayed = false;
    return this.isKnown ? this.moveTo(this.evidence.told, nowMs) : null;
  }

  /** The first minute's changes; undefined where it is over. */
  private begin(isOwn: boolean, nowMs: number): number | null | undefined {
    const { beginning } = this;
    if (beginning === null) return undefined;
    if (!isOwn && beginning.isOver) return this.settle(beginning, nowMs);
    const wanted = beginning.steer(this.steering.current, isOwn);
    return wanted === null ? null : this.moveTo(Math.max(this.silentLeast, wanted), nowMs);
  }

  /** The first minute is over: at once, undamped, to what it told. */
  private settle({ told, shares }: Beginning, nowMs: number): number | null {
    this.beginning = null;
    if (told === null) return null;
    this.evidence.replace(told, BEGINNING_SHARES);
    const changed = this.moveTo(nearestRate(told), nowMs);
    this.proof.settled(told, shares, this.steering.current);
    if (!this.silence.isProven) this.silence.onShare(nowMs);
    // What silence has taken off since the last share is not to be taken off again.
    this.bounds.limitSilence(this.steering.current);
    return changed;
  }

  /** The ordinary rules, at a share. */
  private follow(isOwn: boolean, nowMs: number): number | null {
    return (
      (isOwn ? (this.comeBack(nowMs) ?? this.steering.ramp(nowMs, this.intervalMs)) : null) ??
      this.adjust(nowMs)
    );
  }

  private adjust(nowMs: number): number | null {
    return this.silence.eased ? null : this.steering.adjust(nowMs, this.intervalMs);
  }

  private moveTo(wanted: number, nowMs: number): number | null {
    const changed = this.steering.moveTo(wanted, nowMs);
    if (changed !== null) this.beginning?.changed();
    return changed;
  }
}
