/** A connection's shares per second, exponentially averaged over ten share intervals. */
const MEMORY_INTERVALS = 10;

export class ShareRate {
  private average = 0;
  private seenMs: number;
  private readonly memoryMs: number;

  constructor(
    shareIntervalMs: number,
    private readonly startMs: number,
  ) {
    this.memoryMs = MEMORY_INTERVALS * shareIntervalMs;
    this.seenMs = startMs;
  }

  onShare(nowMs: number): void {
    this.fade(nowMs);
    this.average += 1000 / this.memoryMs;
  }

  /** Unbiased from the first share on: the time before the connection is not counted as silence. */
  perSecond(nowMs: number): number {
    this.fade(nowMs);
    const known = 1 - Math.exp(-(nowMs - this.startMs) / this.memoryMs);
    return known > 0 ? this.average / known : 0;
  }

  private fade(nowMs: number): void {
    this.average *= Math.exp(-Math.max(0, nowMs - this.seenMs) / this.memoryMs);
    this.seenMs = Math.max(this.seenMs, nowMs);
  }
}
