/**
 * How often a miner's wish may bring a job of its own at once: sixteen times, and once more every ten seconds. A
 * stranger that wished for another difficulty with every line would otherwise make the pool build and send a job for
 * each, and push a session's older jobs out of its memory. A wish beyond that is heard, and its job follows with the
 * next that is due.
 */
const AT_ONCE = 16;
const REFILL_MS = 10_000;

export class WishBudget {
  private left = AT_ONCE;
  private refilledMs: number;

  constructor(nowMs: number) {
    this.refilledMs = nowMs;
  }

  /** Whether one more job may go out now. */
  spend(nowMs: number): boolean {
    const refills = Math.max(0, Math.floor((nowMs - this.refilledMs) / REFILL_MS));
    this.refilledMs += refills * REFILL_MS;
    this.left = Math.min(AT_ONCE, this.left + refills);
    if (this.left === 0) return false;
    this.left--;
    return true;
  }
}
