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

/**
 * No line is charged more, whatever time went by: on a busy machine that may be other programs'. So a share, of 250 bytes at
 * most, always pays for its line. Measured: 1 to 2 ms for the slowest line of 8 KiB, a login 0.1.
 */
const LINE_MS = 0.1;
const BYTE_MS = 0.0004;

export class TimeDebt {
  private owedMs = 0;
  private atMs = 0;
  /** Of the lines that are being worked off: what they may be charged, and what the shares among them pay. */
  private mostMs = 0;
  private paidMs = 0;

  /** A line of so many bytes is worked off, or looked at. */
  line(bytes: number): void {
    this.mostMs += LINE_MS + BYTE_MS * bytes;
  }

  /** So long did these lines take. Their good shares pay for them and for earlier ones, and for none to come. */
  spend(ms: number, nowMs: number): void {
    this.owedMs = Math.max(0, this.left(nowMs) + Math.min(ms, this.mostMs) - this.paidMs);
    this.mostMs = 0;
    this.paidMs = 0;
    this.atMs = nowMs;
  }

  goodShare(): void {
    this.paidMs += SHARE_MS;
  }

  isOwing(nowMs: number): boolean {
    return this.owedMs > FREE_MS && this.left(nowMs) > FREE_MS;
  }

  private left(nowMs: number): number {
    return Math.max(0, this.owedMs - FORGIVEN * (nowMs - this.atMs));
  }
}
