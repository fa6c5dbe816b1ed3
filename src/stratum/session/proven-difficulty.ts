/**
 * What the shares of one connection prove of its miner's difficulty: what a later connection may take for known, and what
 * it can only guess from. It goes by the time in which there were shares: however long a silence was, and wherever it or a
 * wish had taken the difficulty, the miner's speed is the shares' work over the time in which they were found. What too
 * few tell proves nothing, and leaves what was proved before.
 */
import type { Beginning } from './beginning.js';
import { HashrateEvidence } from './hashrate-evidence.js';
import { nearestRate } from './steering.js';

/** So many shares prove a difficulty to a later connection, if there was no beginning to tell it; half a share of slack. */
const PROOF_SHARES = 9;
const SLACK = 0.5;
/** What came in its first moments says little of the rest. */
const LEAST_INTERVALS = 0.5;
/** What a beginning has told weighs no more than this, so that the hours behind it can correct it. */
const MOST_TOLD = 36;
/** So far off may what shares tell be by chance, in standard deviations. */
const CHANCE_DEVIATIONS = 2;
/** Nobody who mines is without a share for so many intervals, but by chance once in 22,000 shares. */
const SILENT_INTERVALS = 10 - 1e-6;

export class ProvenDifficulty {
  /** On the grid; null while nothing is proved. */
  value: number | null = null;
  /** When the last share came that proved it. */
  atMs = 0;
  /** Where the last share left the difficulty; null before the first share. */
  atLastShare: number | null = null;
  private readonly evidence = new HashrateEvidence();
  private lastMs = 0;
  /** Share intervals since the last share. */
  private waited = 0;
  /** The last share ended a silence. */
  private isBack = false;

  /** `remembered`: the difficulty that an earlier connection proved; null for none. */
  constructor(remembered: number | null) {
    if (remembered !== null) this.evidence.replace(remembered, PROOF_SHARES);
  }

  pass(intervals: number): void {
    this.waited += intervals;
  }

  /**
   * A share, while the difficulty is `difficulty`. `foundOver`: as `LateShares` has it. The first one after a silence says
   * no more than that the miner is back, and neither do those that come together with it.
   */
  add(shareDifficulty: number, foundOver: number, difficulty: number): void {
    const { evidence, waited } = this;
    this.waited = 0;
    if (waited >= SILENT_INTERVALS) this.backFrom(waited);
    else if (foundOver === 0 || !this.isBack) {
      this.isBack = false;
      evidence.pass(waited);
      if (foundOver > 0) evidence.addOver(shareDifficulty, foundOver);
      else {
        evidence.add(shareDifficulty);
        if (evidence.contradictsItself(difficulty, true)) evidence.forget();
      }
    }
  }

  /** It was on for a while behind its last share, as long as half a share takes it where it is on for short times only. */
  private backFrom(silence: number): void {
    this.isBack = true;
    const { told } = this.evidence;
    if (told > 0 && this.atLastShare !== null)
      this.evidence.pass(Math.min(silence, this.atLastShare / told) / 2);
  }

  /** The share that was added last left the difficulty at `found`. `isOwn`: it was not on an older, easier job. */
  note(
    found: number,
    shareDifficulty: number,
    isOwn: boolean,
    beginning: Beginning | null,
    nowMs: number,
  ): void {
    this.lastMs = nowMs;
    this.atLastShare = isOwn ? found : Math.min(this.atLastShare ?? shareDifficulty, found);
    const proven = beginning === null ? this.orTold(found) : beginning.isTelling ? found : null;
    if (proven === null) return;
    this.value = proven;
    this.atMs = nowMs;
  }

  /** Where the difficulty is, if that is what the shares say but for chance; else what they say. Null while too few do. */
  private orTold(difficulty: number): number | null {
    const { shares, intervals, told } = this.evidence;
    if (shares < PROOF_SHARES - SLACK || intervals < LEAST_INTERVALS) return null;
    const isSame = Math.abs(Math.log(told / difficulty)) < CHANCE_DEVIATIONS / Math.sqrt(shares);
    return isSame ? difficulty : nearestRate(told);
  }

  /** It may be another miner, of which nothing is known yet. */
  begun(): void {
    this.evidence.forget();
  }

  /** The beginning is over, in which so many shares told that, and it has led to `found`. */
  settled(told: number, shares: number, found: number): void {
    this.evidence.replace(told, Math.min(MOST_TOLD, shares));
    this.value = found;
    this.atMs = this.lastMs;
  }

  /** Another share interval: as `HashrateEvidence`. */
  stretch(factor: number): void {
    this.evidence.stretch(factor);
    this.waited /= factor;
  }
}
