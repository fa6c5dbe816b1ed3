/**
 * Shares that come together behind a silence. A line that stalled brings all of them when it is back, and the miner was
 * never off: they were found over the whole silence, and count so. Where the silence had taken the difficulty down, three
 * of them say that it was right before. They are known by their jobs: of a miner that was off even the first shares are for
 * the easier jobs that it was sent meanwhile.
 */
import type { HashrateEvidence } from './hashrate-evidence.js';

/** In share intervals: the shortest silence that it may be. */
const LEAST_INTERVALS = 4;
/** Lines that are back later are new connections. */
const LONGEST_INTERVALS = 45;
/** How long after one of them the next comes at most. */
const TOGETHER_INTERVALS = 0.2;
/** As many as may have been found over the silence, chance or not: a miner that became faster brings more. */
const MOST_PER_INTERVAL = 1.2;
const MOST_BESIDES = 6;
const TELLING_SHARES = 3;
/** Jobs of the last moments before the silence may have been easier by as much. */
const EASIER_JOB = 2;

export class LateShares {
  /** In share intervals; 0 while no share is late. */
  private silence = 0;
  private least = 0;
  private seenMs = 0;
  private shares = 0;
  private most = 0;
  /** What the silence has thrown away: the difficulty and what was known; null where nothing, and once it is known again. */
  private before: { readonly difficulty: number; readonly evidence: HashrateEvidence } | null = null;

  /**
   * A share ends a silence of so many share intervals. `difficulty`: where the share before it had left that. `evidence`:
   * what the silence throws away with it; null where it does not.
   */
  begin(
    shareDifficulty: number,
    silence: number,
    difficulty: number,
    evidence: HashrateEvidence | null,
    nowMs: number,
  ): void {
    this.least = difficulty / EASIER_JOB;
    const isStall = silence >= LEAST_INTERVALS && silence <= LONGEST_INTERVALS;
    this.silence = isStall && shareDifficulty >= this.least ? silence : 0;
    this.before = null;
    if (this.silence === 0) return;
    this.seenMs = nowMs;
    this.shares = 1;
    this.most = MOST_BESIDES + MOST_PER_INTERVAL * silence;
    if (evidence !== null) this.before = { difficulty, evidence: evidence.copy() };
  }

  /** A share that comes now: over how many share intervals it was found, or 0 where it has just been. */
  foundOver(shareDifficulty: number, nowMs: number, intervalMs: number): number {
    const behind = (nowMs - this.seenMs) / intervalMs;
    const isTogether = behind >= 0 && behind <= TOGETHER_INTERVALS;
    const isLate = isTogether && shareDifficulty >= this.least && this.shares < this.most;
    if (!isLate) this.silence = 0;
    if (this.silence === 0) return 0;
    this.seenMs = nowMs;
    this.shares++;
    this.before?.evidence.addOver(shareDifficulty, this.silence);
    return this.silence;
  }

  /**
   * Where these shares show that the miner was not off: the difficulty from before, and `evidence` becomes what it would be
   * without the silence. Else null.
   */
  goBack(evidence: HashrateEvidence): number | null {
    const { before } = this;
    if (before === null || this.shares < TELLING_SHARES) return null;
    this.before = null;
    evidence.become(before.evidence);
    return before.difficulty;
  }
}
