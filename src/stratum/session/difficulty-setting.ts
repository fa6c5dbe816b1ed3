/**
 * Which difficulty one session's next job has, of all who have a say: the network's own is the highest there is,
 * whatever anybody wants; then the pool's bounds always; the miner's lower bound (BIP310's minimum-difficulty) within
 * them; then a difficulty fixed in the password, which switches vardiff off; else vardiff, which sets out from what
 * shares proved within the last day, or from the miner's wish (most firmwares send the same one at every connection), or
 * from the pool's start. Where the node's shares are more than a round
 * has room for, a fixed difficulty becomes a lower bound for good, or one miner's cheap shares would cost all others
 * theirs; where that is so by the excess of a few, only theirs does. Pure: time comes in.
 */

import type { RememberedDifficulty } from '../share-sink.js';
import { belowOneOf } from './below-one.js';
import { type DifficultyGrid, POWERS_OF_TWO, WHOLE_GRID } from './difficulty-grid.js';
import type { FixedRule, SessionRules } from './session-rules.js';
import { Vardiff } from './vardiff.js';

/** On average, as everybody reckons it. */
const HASHES_PER_DIFFICULTY = 2 ** 32;

/** Stands for a machine park, and sends it nowhere where the first difficulty is lower than that. */
const MARKETPLACE = /^nicehash\//i;
const MARKETPLACE_LEAST = 524_288;

/** A difficulty, and when the last share came that proved it. */
export interface ProvenAt {
  readonly value: number;
  readonly atMs: number;
}

/** What a later session continues. */
export interface PastDifficulty {
  /** Null where the password fixed it: that is the password's to repeat. */
  readonly value: number | null;
  /** The miner's wish. */
  readonly suggested: number | null;
  /** Whether shares proved it; else it is a first guess. */
  readonly isProven: boolean;
  /** What the node learnt of the worker later than this was unknown to the session. */
  readonly knownMs: number;
}

/** Whether it may be the same device, be its firmware of another version; one that does not say what it is may be any. */
function isOfModel(known: RememberedDifficulty, userAgent: string): boolean {
  return !known.userAgent || userAgent === '' || modelOf(known.userAgent) === modelOf(userAgent);
}

/** Firmwares write what they are before the first slash, and versions behind it: `cgminer/4.11.1`, `bitaxe/BM1370/v2.6.0`. */
function modelOf(userAgent: string): string {
  return userAgent.split('/', 1)[0]!;
}

export class DifficultySetting {
  /** Null before the login and where the difficulty is fixed. */
  private vardiff: Vardiff | null = null;
  private startedMs = 0;
  /** What earlier connections proved; null for nothing. */
  private known: ProvenAt | null = null;
  private isLent = false;
  /** The password's difficulty, set before the login; null for none. */
  fixed: number | null = null;
  private grid: DifficultyGrid = WHOLE_GRID;
  private minimum: number;
  private fixedRule: FixedRule;
  /** What vardiff steers to at present. */
  shareIntervalMs: number;
  /** Where the session that this one continues had got to. */
  private resumed: (Omit<PastDifficulty, 'suggested'> & { readonly value: number }) | null = null;
  /** The miner's wish; the last one, however often it was repeated. */
  suggested: number | null = null;

  /** `ceiling`: the highest difficulty there may be at present, on the grid. */
  constructor(
    private readonly rules: SessionRules,
    private ceiling: () => number,
  ) {
    this.minimum = this.grid.floor(rules.minDifficulty);
    this.shareIntervalMs = rules.shareIntervalMs;
    this.fixedRule = rules.fixed;
  }

  get value(): number {
    const { vardiff, fixed, suggested, rules } = this;
    return vardiff?.difficulty ?? this.clamp(fixed ?? suggested ?? rules.startDifficulty);
  }

  /** At the session's end. */
  get past(): PastDifficulty {
    const { fixed, suggested, vardiff, startedMs } = this;
    if (fixed !== null) return { value: null, suggested, isProven: false, knownMs: startedMs };
    const proven = this.proven ?? this.known;
    if (proven !== null) {
      const { value, atMs } = proven;
      return { value, suggested, isProven: true, knownMs: atMs };
    }
    return { value: vardiff?.guess ?? this.value, suggested, isProven: false, knownMs: startedMs };
  }

  /** Whoever speaks for the miner can tell it no others, and nothing below 1. Before the login. */
  keepToPowersOfTwo(): void {
    const { ceiling } = this;
    this.grid = POWERS_OF_TWO;
    this.ceiling = () => POWERS_OF_TWO.floor(ceiling());
    this.minimum = this.grid.ceiling(this.minimum);
  }

  /**
   * The session continues an earlier one, whose wish, if it had one, still stands. A wish for another goes before what
   * no share proved. Before the login. `isLent`: by its name alone, so it may have been at another listener since.
   */
  resume(past: PastDifficulty, isLent = false): void {
    this.isLent = isLent;
    if (!past.isProven && this.suggested !== null && this.suggested !== past.suggested) return;
    this.suggested ??= past.suggested;
    const { value, isProven, knownMs } = past;
    this.resumed = value === null ? null : { value, isProven, knownMs };
  }

  /** The login. `known`: what is remembered of the worker; null for nothing. */
  start(known: RememberedDifficulty | null, nowMs: number, userAgent = ''): void {
    const { fixed, suggested, rules } = this;
    this.startedMs = nowMs;
    const remembered = known !== null && isOfModel(known, userAgent) ? known.value : null;
    if (remembered !== null && this.isOutdatedBy(known!.atMs)) this.resumed = null;
    const { resumed } = this;
    if (fixed !== null) {
      if (this.fixedRule === 'released') this.release(fixed, nowMs);
      return;
    }
    if (MARKETPLACE.test(userAgent)) this.demand(MARKETPLACE_LEAST, nowMs);
    // What no share proved is no more than a place to go on from, or a miner that drops out early never gets anywhere.
    if (resumed?.isProven) this.known = { value: resumed.value, atMs: resumed.knownMs };
    else if (resumed === null && remembered !== null) this.known = { value: remembered, atMs: known!.atMs };
    const start = resumed?.value ?? remembered ?? suggested ?? rules.startDifficulty;
    this.vary(start, this.known !== null, nowMs, userAgent);
  }

  /** What shares proved elsewhere since goes before what was known here. */
  private isOutdatedBy(notedMs: number): boolean {
    const { resumed, isLent } = this;
    return resumed !== null && (isLent || !resumed.isProven) && notedMs > resumed.knownMs;
  }

  /** The miner's wish. True when the next job has another difficulty. Repeating a wish changes nothing. */
  suggest(difficulty: number, nowMs: number): boolean {
    if (difficulty === this.suggested) return false;
    this.suggested = difficulty;
    return this.vardiff !== null && this.vardiff.suggest(difficulty, nowMs) !== null;
  }

  /** Its owner says how fast the miner is, in hashes a second: a wish for the difficulty that fits. As `suggest`. */
  expect(hashrate: number, nowMs: number): boolean {
    return this.suggest((hashrate * this.shareIntervalMs) / 1000 / HASHES_PER_DIFFICULTY, nowMs);
  }

  /**
   * The lowest difficulty the miner can work at; 0 for none. Null when it is above the pool's highest, and then
   * nothing changes; else whether the next job has another difficulty.
   */
  demand(minimum: number, nowMs: number): boolean | null {
    const { minDifficulty, maxDifficulty } = this.rules;
    const { grid } = this;
    const wanted = grid.ceiling(Math.max(WHOLE_GRID.floor(minDifficulty), minimum));
    if (wanted > grid.floor(maxDifficulty)) return null;
    const before = this.value;
    if (wanted === this.minimum) return false;
    this.minimum = wanted;
    this.vardiff?.setMinimum(wanted, nowMs);
    return this.value !== before;
  }

  /**
   * A good share of that difficulty; `hashDifficulty`: what its hash would have met. True when the next job has another
   * difficulty; so with `onTick`.
   */
  onShare(nowMs: number, difficulty: number, hashDifficulty = difficulty): boolean {
    return this.vardiff !== null && this.vardiff.onShare(nowMs, difficulty, hashDifficulty) !== null;
  }

  /** Time went by. */
  onTick(nowMs: number): boolean {
    return this.vardiff !== null && this.vardiff.onTick(nowMs) !== null;
  }

  /** Time went by without work. */
  pause(nowMs: number): void {
    this.vardiff?.pause(nowMs);
  }

  /** What vardiff steers to from now on; the difficulty follows in its own time. */
  setShareInterval(shareIntervalMs: number, fixedRule: FixedRule, nowMs: number): void {
    this.shareIntervalMs = shareIntervalMs;
    this.fixedRule = fixedRule;
    this.vardiff?.setInterval(shareIntervalMs, fixedRule === 'holds', nowMs);
    if (this.fixed !== null && fixedRule === 'released') this.release(this.fixed, nowMs);
  }

  /** The miner brought a share in excess. */
  exceed(nowMs: number): void {
    if (this.fixed !== null && this.fixedRule === 'holds-without-excess') this.release(this.fixed, nowMs);
  }

  private release(fixed: number, nowMs: number): void {
    // As a lower bound the pool's highest leaves nothing to vary.
    if (fixed >= this.rules.maxDifficulty && this.ceiling() >= this.rules.maxDifficulty) return;
    const start = this.clamp(fixed);
    this.fixed = null;
    this.minimum = Math.max(this.minimum, start);
    this.vary(start, true, nowMs);
  }

  /** What this session's shares proved of the miner. Null where they were too few for that, and where the password fixed it. */
  get proven(): ProvenAt | null {
    const { fixed, vardiff } = this;
    if (fixed !== null || vardiff === null || vardiff.proven === null) return null;
    return { value: vardiff.proven, atMs: vardiff.provenMs };
  }

  private vary(startDifficulty: number, isRemembered: boolean, nowMs: number, userAgent = ''): void {
    this.vardiff = new Vardiff(
      {
        ...this.rules,
        shareIntervalMs: this.shareIntervalMs,
        minDifficulty: this.minimum,
        startDifficulty,
        isRemembered,
        hasRoom: this.fixedRule === 'holds',
        wish: this.suggested ?? 0,
        belowOne: belowOneOf(userAgent, Math.min(startDifficulty, this.suggested ?? startDifficulty)),
        grid: this.grid,
        ceiling: this.ceiling,
      },
      nowMs,
    );
  }

  private clamp(difficulty: number): number {
    const bounded = Math.min(
      this.grid.floor(this.rules.maxDifficulty),
      Math.max(this.minimum, this.grid.floor(difficulty)),
    );
    return Math.min(bounded, this.ceiling());
  }
}
