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

export class ShareAllowance {
  private paced = 0;
  private pacedMs: number;
  private outgrown = OUTGROWN_SHARES;
  private outgrownMs: number;

  constructor(nowMs: number) {
    this.pacedMs = nowMs;
    this.outgrownMs = nowMs;
  }

  /** Takes note of an accepted share; whether it is excess. */
  isExcess(nowMs: number, shareIntervalMs: number): boolean {
    const intervals = Math.max(0, nowMs - this.pacedMs) / shareIntervalMs;
    this.pacedMs = nowMs;
    this.paced = Math.min(EXCESS_SAVED, this.paced + EXCESS_PACE * intervals);
    if (this.paced < 1) return true;
    this.paced--;
    return false;
  }

  /** Takes note of a good share for a job easier than the latest; whether it may be credited. */
  creditsOutgrown(nowMs: number): boolean {
    const part = Math.max(0, nowMs - this.outgrownMs) / OUTGROWN_REFILL_MS;
    this.outgrownMs = nowMs;
    this.outgrown = Math.min(OUTGROWN_SHARES, this.outgrown + OUTGROWN_SHARES * part);
    if (this.outgrown < 1) return false;
    this.outgrown--;
    return true;
  }
}
