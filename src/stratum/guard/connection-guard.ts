/** What one connection may do, from what it has done. Time comes in with each call. */
import type { GuardLimits } from './guard-limits.js';
import { LineBudget } from './line-budget.js';
import { type LoopStep, RejectLoop } from './reject-loop.js';
import { TimeDebt } from './time-debt.js';
import { TokenBucket } from './token-bucket.js';

export interface ConnectionState {
  /** Subscribed and logged in. */
  readonly ready: boolean;
  /** The room for strangers is nearly taken. */
  readonly crowded: boolean;
  /** Bytes that wait for the miner to read them, of them those written most recently not excepted. */
  readonly unreadBytes: number;
  /** Of the shares that it is to send. */
  readonly difficulty: number;
}

const HASHES_PER_DIFFICULTY = 2 ** 32;
/** Its line, and the end of it by itself. */
const PIECES_OF_SHARE = 2;

/** Why the guard ends a connection that it let in. */
export type Overdue = 'idle' | 'no-proof' | 'flood' | 'slow-reader';

export class ConnectionGuard {
  /** A share of this connection was accepted and is on disk. */
  proven = false;
  /** Of the time that its lines took. */
  readonly debt = new TimeDebt();
  private readonly lines: LineBudget;
  private readonly pieces: TokenBucket;
  private readonly loop: RejectLoop;
  private heardMs: number;
  /** Since when more of its lines wait for their turn than may. */
  private aheadSinceMs: number | null = null;
  /** When a share was accepted last, or it came. */
  private provedMs: number;
  private unreadBytes = 0;
  private unreadSinceMs: number | null = null;

  constructor(
    private readonly limits: GuardLimits,
    private readonly startedMs: number,
  ) {
    this.lines = new LineBudget(limits, startedMs);
    this.pieces = new TokenBucket(limits.pieceBurst, limits.piecesPerSecond / 1000, startedMs);
    this.loop = new RejectLoop(limits);
    this.heardMs = startedMs;
    this.provedMs = startedMs;
  }

  /**
   * Whether the next line, of so many bytes, may be worked off now; it is paid for with that. `isShare`: by what it is
   * spelled like.
   */
  admitLine(nowMs: number, bytes: number, isShare: boolean): boolean {
    const isAdmitted = this.lines.pay(nowMs, bytes);
    if (isAdmitted) this.debt.line(bytes, isShare);
    return isAdmitted;
  }

  /** Whether more may be read at once behind a piece (`pieceBurst`); it is paid for with that. */
  admitPiece(nowMs: number): boolean {
    if (this.pieces.left(nowMs) < 1) return false;
    this.pieces.spend(1);
    return true;
  }

  heard(nowMs: number): void {
    this.heardMs = nowMs;
  }

  goodShare(): void {
    this.debt.goodShare();
    this.lines.good();
    this.pieces.refund(PIECES_OF_SHARE);
    this.loop.good();
  }

  /** The line that was admitted last took no more than a look into a map. */
  slightLine(nowMs: number): void {
    this.lines.slight(nowMs);
    this.debt.slight();
  }

  /** A name that is told apart from now on: there are not many of these to a connection. */
  newName(): void {
    this.debt.newName();
  }

  /** Hashed like a good one, for work that was replaced meanwhile. */
  lateShare(nowMs: number): LoopStep | null {
    this.debt.foundShare();
    return this.loop.rejected(nowMs);
  }

  /** Refused for what it says, and hashed like a good one at most. */
  refusedShare(nowMs: number): LoopStep | null {
    this.debt.refusedShare();
    return this.loop.rejected(nowMs);
  }

  /** Refused because there is no work to be right about. */
  vainShare(): void {
    this.debt.foundShare();
    this.lines.vain();
    this.pieces.refund(PIECES_OF_SHARE);
  }

  /** A line, of so many bytes, that waits and will be admitted another time. */
  lookedAt(bytes: number, isShare: boolean): void {
    this.debt.line(bytes, isShare);
    if (isShare) this.debt.foundShare();
    else this.debt.slight();
  }

  /** Hot path. */
  proved(nowMs: number): void {
    this.provedMs = nowMs;
    if (this.proven) return;
    this.proven = true;
    this.lines.proved(nowMs);
  }

  /** More of its lines wait for their turn than may, and it is not read from meanwhile. */
  runsAhead(nowMs: number): void {
    this.aheadSinceMs ??= nowMs;
  }

  /** None of its lines waits. */
  caughtUp(): void {
    this.aheadSinceMs = null;
  }

  /**
   * It sends more than any miner without a share has to say, or shares that are none. On a busy machine it is long until
   * the lines that it may send have been worked off.
   */
  floods(nowMs: number): boolean {
    const aheadMs = this.aheadSinceMs === null ? 0 : nowMs - this.aheadSinceMs;
    const waitMs = Math.max(aheadMs, this.lines.dryMs(nowMs));
    return waitMs > this.limits.crowdedGraceMs || this.loop.isHopeless(nowMs);
  }

  get backlogBytes(): number {
    return this.proven ? this.limits.backlogBytes : this.limits.strangerBacklogBytes;
  }

  /** Called about once a second; null while all is well. */
  overdue({ ready, crowded, unreadBytes, difficulty }: ConnectionState, nowMs: number): Overdue | null {
    const { limits, proven } = this;
    if (!ready && nowMs - this.startedMs > (crowded ? limits.crowdedLoginMs : limits.loginMs)) return 'idle';
    if (nowMs - this.heardMs > (proven ? limits.silenceMs : limits.strangerSilenceMs)) return 'idle';
    if (this.lines.dryMs(nowMs) >= limits.floodMs) return 'flood';
    if (this.isStuck(unreadBytes, nowMs)) return 'slow-reader';
    if (crowded && !proven && nowMs - this.startedMs > limits.crowdedProofMs) return 'no-proof';
    return nowMs - this.provedMs > this.proofMs(difficulty) ? 'no-proof' : null;
  }

  /** Silence is one thing; to ask for the time all day is not to mine either. */
  private proofMs(difficulty: number): number {
    const { prooflessMs, slowestHashrate, plausibleShares, longestProoflessMs } = this.limits;
    if (this.proven) return longestProoflessMs;
    const shareMs = (1000 * difficulty * HASHES_PER_DIFFICULTY) / slowestHashrate;
    return Math.min(longestProoflessMs, Math.max(prooflessMs, plausibleShares * shareMs));
  }

  /** Bytes wait, and none were taken since `stuckMs`. */
  private isStuck(unreadBytes: number, nowMs: number): boolean {
    const moved = unreadBytes < this.unreadBytes;
    this.unreadBytes = unreadBytes;
    if (unreadBytes === 0) this.unreadSinceMs = null;
    else if (moved) this.unreadSinceMs = nowMs;
    else this.unreadSinceMs ??= nowMs;
    return this.unreadSinceMs !== null && nowMs - this.unreadSinceMs > this.limits.stuckMs;
  }
}
