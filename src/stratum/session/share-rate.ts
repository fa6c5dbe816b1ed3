/** A connection's shares and work per second, exponentially averaged over ten share intervals. */
const MEMORY_INTERVALS = 10;

export class ShareRate {
  private shares = 0;
  /** In difficulty. */
  private work = 0;
  private seenMs: number;
  private readonly memoryMs: number;

  constructor(
    private readonly shareIntervalMs: number,
    private readonly startMs: number,
  ) {
    this.memoryMs = MEMORY_INTERVALS * shareIntervalMs;
    this.seenMs = startMs;
  }

  onShare(nowMs: number, difficulty: number): void {
    this.fade(nowMs);
    this.shares += 1000 / this.memoryMs;
    this.work += (1000 * difficulty) / this.memoryMs;
  }

  /** Unbiased from the first share on: the time before the connection is not counted as silence. */
  perSecond(nowMs: number): number {
    this.fade(nowMs);
    return this.shares * this.unbias(nowMs);
  }

  /** In difficulty. Likewise. */
  workPerSecond(nowMs: number): number {
    this.fade(nowMs);
    return this.work * this.unbias(nowMs);
  }

  /** In difficulty per second. As if it had gone on for a share interval at the least. */
  shownWork(nowMs: number): number {
    this.fade(nowMs);
    return this.work * this.unbias(Math.max(nowMs, this.startMs + this.shareIntervalMs));
  }

  private unbias(nowMs: number): number {
    const known = 1 - Math.exp(-(nowMs - this.startMs) / this.memoryMs);
    return known > 0 ? 1 / known : 0;
  }

  private fade(nowMs: number): void {
    const kept = Math.exp(-Math.max(0, nowMs - this.seenMs) / this.memoryMs);
    this.shares *= kept;
    this.work *= kept;
    this.seenMs = Math.max(this.seenMs, nowMs);
  }
}
