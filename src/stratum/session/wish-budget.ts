/**
 * How often a miner's wish may bring a job of its own at once: sixteen times, and once more every ten seconds. A
 * stranger that wished for another difficulty with every line would otherwise make the pool build and send a job for
 * each, and push a session's older jobs out of its memory. A wish beyond that is heard, and its job follows with the
 * next that is due. A farm agent is told machine by machine, so a wish of one with many counts for several: of 65,536 of
 * them each change is 131 KB.
 */
const AT_ONCE = 16;
const REFILL_MS = 10_000;
const MACHINES_PER_WISH = 4096;

export class WishBudget {
  private left = AT_ONCE;
  private refilledMs: number;

  constructor(nowMs: number) {
    this.refilledMs = nowMs;
  }

  /** Whether one more job may go out now; `machines`: those that are told of it one by one. */
  spend(nowMs: number, machines: number): boolean {
    const refills = Math.max(0, Math.floor((nowMs - this.refilledMs) / REFILL_MS));
    this.refilledMs += refills * REFILL_MS;
    this.left = Math.min(AT_ONCE, this.left + refills);
    const price = Math.min(AT_ONCE, 1 + Math.floor(machines / MACHINES_PER_WISH));
    if (this.left < price) return false;
    this.left -= price;
    return true;
  }
}
