/** What may happen with every connection and is told in the log once a minute, with how often it was not told. */

const QUIET_MS = 60_000;

export class OnceAMinute {
  private quietUntilMs = Number.NEGATIVE_INFINITY;
  private untold = 0;

  /** `tell` is called with how many were not told since the last time, or not at all. */
  say(nowMs: number, tell: (others: number) => void): void {
    if (nowMs < this.quietUntilMs) {
      this.untold++;
      return;
    }
    const others = this.untold;
    this.untold = 0;
    this.quietUntilMs = nowMs + QUIET_MS;
    tell(others);
  }
}
