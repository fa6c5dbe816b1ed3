/** A rate with a burst: tokens come back evenly up to the capacity. Both may change at any time. */
export class TokenBucket {
  private tokens: number;

  /** Starts full. */
  constructor(
    private capacity: number,
    private perMs: number,
    private atMs: number,
  ) {
    this.tokens = capacity;
  }

  left(nowMs: number): number {
    // The clock may be set back.
    const sinceMs = Math.max(0, nowMs - this.atMs);
    this.atMs = nowMs;
    // What was given above the capacity stays until it is used.
    if (this.tokens < this.capacity) {
      this.tokens = Math.min(this.capacity, this.tokens + sinceMs * this.perMs);
    }
    return this.tokens;
  }

  take(nowMs: number, count = 1): void {
    this.tokens = this.left(nowMs) - count;
  }

  /** Takes right after `left`, or gives what was taken back. */
  spend(count: number): void {
    this.tokens -= count;
  }

  /** Gives so many back, as far as there is room. */
  refund(count: number): void {
    this.tokens = Math.max(this.tokens, Math.min(this.capacity, this.tokens + count));
  }

  /** What was there stays, and what the capacity grows by is there at once. */
  resize(capacity: number, perMs: number, nowMs: number): void {
    const left = this.left(nowMs);
    this.tokens = Math.min(capacity, left + Math.max(0, capacity - this.capacity));
    this.capacity = capacity;
    this.perMs = perMs;
  }

  /** As another bucket of the same kind had it. */
  set(tokens: number, nowMs: number): void {
    this.tokens = tokens;
    this.atMs = nowMs;
  }
}
