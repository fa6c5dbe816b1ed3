/**
 * How many lines of one connection are worked off: good shares as fast as they come, everything else at a walking
 * pace. A connection without budget is not read, so what it sends waits in its own and the kernel's buffers.
 */
import type { GuardLimits } from './guard-limits.js';
import { TokenBucket } from './token-bucket.js';

/** What a line costs more for: reading it takes its bytes' time, and eight of these are the longest. */
const BYTES_PER_TOKEN = 1024;

export class LineBudget {
  private readonly bucket: TokenBucket;
  private readonly slights: TokenBucket;
  private earned = 0;
  private drySinceMs: number | null = null;

  constructor(
    private readonly limits: GuardLimits,
    nowMs: number,
  ) {
    const { lineBurst, linesPerSecond, slightBurst, slightsPerLine } = limits;
    this.bucket = new TokenBucket(lineBurst, linesPerSecond / 1000, nowMs);
    this.slights = new TokenBucket(slightBurst, (slightsPerLine * linesPerSecond) / 1000, nowMs);
  }

  /** Pays for a line of so many bytes; false when it has to wait. What shares have earned pays for short ones. */
  pay(nowMs: number, bytes: number): boolean {
    const price = 1 + Math.floor(bytes / BYTES_PER_TOKEN);
    const left = this.bucket.left(nowMs);
    if (left >= this.limits.lineBurst / 2) this.drySinceMs = null;
    if (left >= price) this.bucket.spend(price);
    else if (price === 1 && this.earned >= 1) this.earned--;
    else {
      this.drySinceMs ??= nowMs;
      return false;
    }
    return true;
  }

  /** The line was a good share: it was free, and earns another. */
  good(): void {
    this.vain();
    this.earned = Math.min(this.limits.provenLineBurst, this.earned + 1);
  }

  /** The line was a share for which the pool has no work: it was free. */
  vain(): void {
    this.drySinceMs = null;
    this.bucket.spend(-1);
  }

  /** The line was slight (`slightBurst`): it is given back, but for what its bytes cost, as long as these last. */
  slight(nowMs: number): void {
    if (this.slights.left(nowMs) < 1) return;
    this.slights.spend(1);
    this.bucket.spend(-1);
  }

  /** An accepted share is on disk. */
  proved(nowMs: number): void {
    const { lineBurst, provenLinesPerSecond, slightBurst, slightsPerLine } = this.limits;
    this.bucket.resize(lineBurst, provenLinesPerSecond / 1000, nowMs);
    this.slights.resize(slightBurst, (slightsPerLine * provenLinesPerSecond) / 1000, nowMs);
  }

  /** For how long lines have had to wait without a break; 0 while none do. */
  dryMs(nowMs: number): number {
    if (this.drySinceMs === null || this.bucket.left(nowMs) >= this.limits.lineBurst / 2) return 0;
    return nowMs - this.drySinceMs;
  }
}
