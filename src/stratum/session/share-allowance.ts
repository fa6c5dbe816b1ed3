/**
 * What one connection's shares may cost everybody else, counted in shares; vardiff sees all of them, whatever becomes of
 * them here. Two bounds:
 *
 * - **Excess.** A connection that keeps its share interval brings one share in each. What is beyond three, saved up to
 *   thirty, is credited as ever but does not count where the node's share interval is worked out, or one miner that
 *   floods would make all others' shares rarer. A connection begins with nothing saved: with a start of its own, whoever
 *   reconnects fast would have as many starts as it likes. So the shares of a ramp are mostly excess.
 * - **Outgrown jobs.** When the difficulty rises, older jobs go on counting, since what was hashed for them is on its
 *   way or in a queue: but a thousand shares of them, and as many again in ten minutes, are all that are credited to a
 *   connection. No queue is that long: it is 20 s of an S21 that begins at difficulty 1024 (200 TH/s bring 45 a second), and a
 *   miner that never left its old job after an ordinary rise, to at most twice the difficulty, brings two an interval.
 *   A share beyond is answered `true` and counted as uncredited.
 */
const EXCESS_PACE = 3;
const EXCESS_SAVED = 30;
const OUTGROWN_SHARES = 1_000;
const OUTGROWN_REFILL_MS = 600_000;

/** Holds so much at most, and is filled with time. */
class Bucket {
  constructor(
    private readonly holds: number,
    private content: number,
    private filledMs: number,
  ) {}

  /** Whether one could be taken out. */
  take(nowMs: number, perMs: number): boolean {
    const filled = this.content + Math.max(0, nowMs - this.filledMs) * perMs;
    this.filledMs = nowMs;
    this.content = Math.min(this.holds, filled);
    if (this.content < 1) return false;
    this.content--;
    return true;
  }
}

export class ShareAllowance {
  private readonly paced: Bucket;
  private readonly outgrown: Bucket;

  constructor(nowMs: number) {
    this.paced = new Bucket(EXCESS_SAVED, 0, nowMs);
    this.outgrown = new Bucket(OUTGROWN_SHARES, OUTGROWN_SHARES, nowMs);
  }

  /** Takes note of an accepted share; whether it is excess. */
  isExcess(nowMs: number, shareIntervalMs: number): boolean {
    return !this.paced.take(nowMs, EXCESS_PACE / shareIntervalMs);
  }

  /** Takes note of a good share for a job easier than the latest; whether it may be credited. */
  creditsOutgrown(nowMs: number): boolean {
    return this.outgrown.take(nowMs, OUTGROWN_SHARES / OUTGROWN_REFILL_MS);
  }
}
