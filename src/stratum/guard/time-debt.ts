/**
 * The time that a connection's lines have taken, where shares did not pay for it. Lines differ a hundredfold in what they take,
 * also of one length; whoever has had more than a little waits behind all who had less, which costs nobody anything while
 * there is time for all.
 */

/** A good share takes a tenth of this on a desktop's core. Beyond that it pays for the logins of a proxy, say. */
const SHARE_MS = 0.2;
/** Some forty shares, or ten logins. */
const FREE_MS = 1;
/** What is forgiven: of each second 50 µs, so that a thousand who would take all they can get have a twentieth of the loop. */
const FORGIVEN = 1 / 20_000;

export class TimeDebt {
  private owedMs = 0;
  private atMs = 0;

  spend(ms: number, nowMs: number): void {
    this.owedMs = this.left(nowMs) + ms;
    this.atMs = nowMs;
  }

  goodShare(): void {
    this.owedMs = Math.max(0, this.owedMs - SHARE_MS);
  }

  isOwing(nowMs: number): boolean {
    return this.owedMs > FREE_MS && this.left(nowMs) > FREE_MS;
  }

  private left(nowMs: number): number {
    return Math.max(0, this.owedMs - FORGIVEN * (nowMs - this.atMs));
  }
}
