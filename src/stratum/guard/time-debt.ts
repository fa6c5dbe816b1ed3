/**
 * The time that a connection's lines have taken, but for what a miner has to say: its shares, and the names of those
 * behind it. Lines differ a hundredfold in what they take, also of one length; whoever has had more than a little waits
 * behind all who had less, which costs nobody anything while there is time for all.
 */

/** Some ten of the other lines, such as the first few of every connection. */
const FREE_MS = 0.5;
/** What is forgiven: of each second 50 µs, so that a thousand who would take all they can get have a twentieth of the loop. */
const FORGIVEN = 1 / 20_000;

/**
 * No line is charged more, whatever time went by: on a busy machine that may be other programs'. Measured: 1 to 2 ms for the
 * slowest line of 8 KiB, 25 to 50 µs for a share.
 */
const LINE_MS = 0.1;
const BYTE_MS = 0.0004;

/** A miner's longest line and half as much again. */
export const LONG_BYTES = 512;
/**
 * What is longer than a share or a login of a long name, which have 250, is charged whatever it says: it may take long because
 * of the rest. Measured: another 11 µs for each 100 bytes.
 */
const USUAL_BYTES = 300;

/**
 * Refused shares that are free: what a proxy has kept over a reconnect, as many as its budget lets through at once, and
 * another for each good share. They take no longer than good ones, and a miner cannot know of each that it is none.
 */
const REFUSED_FREE = 300;
const MOST_REFUSED_FREE = 5_000;

/** Free of a line that takes no more than a look into a map, by itself 1 to 5 µs: what is more comes of how it is spelled. */
const SLIGHT_MS = 0.02;

export class TimeDebt {
  private owedMs = 0;
  private atMs = 0;
  /** Of the line under way: what it may be charged at all, and what of that is free. */
  private mostMs = 0;
  private isUsual = false;
  private isShare = false;
  private freeMs = 0;
  private isPaying = false;
  private refusedFree = REFUSED_FREE;

  /** The next line, of so many bytes, is worked off, or looked at. `isShare`: by what it is spelled like. */
  line(bytes: number, isShare: boolean): void {
    this.mostMs = LINE_MS + BYTE_MS * bytes;
    this.isUsual = bytes <= USUAL_BYTES;
    this.isShare = isShare;
  }

  /** The line is a share that was found: it costs nothing. */
  foundShare(): void {
    if (this.isUsual) this.freeMs = this.mostMs;
  }

  /** The line is a share that was refused for what it says. */
  refusedShare(): void {
    if (this.refusedFree === 0) return;
    this.refusedFree--;
    this.foundShare();
  }

  /** The line takes no more than a look into a map. */
  slight(): void {
    this.excuseOther(SLIGHT_MS);
  }

  /** The line brings a name that is told apart from now on: there are not many of these to a connection. */
  newName(): void {
    this.excuseOther(this.mostMs);
  }

  /**
   * The line is a good share: of what is owed it pays as much as it took itself. By a fixed price those whose shares take
   * less would have the rest for other lines.
   */
  goodShare(): void {
    this.refusedFree = Math.min(MOST_REFUSED_FREE, this.refusedFree + 1);
    this.isPaying = this.isUsual;
  }

  /** Whether the line under way costs nothing, for what it says. */
  get isWorth(): boolean {
    return this.isPaying || (this.mostMs > 0 && this.freeMs >= this.mostMs);
  }

  /** So long did the line take. Nothing is paid in advance. */
  spend(ms: number, nowMs: number): void {
    const tookMs = Math.min(ms, this.mostMs);
    const owingMs = this.isPaying ? -tookMs : Math.max(0, tookMs - this.freeMs);
    this.owedMs = Math.max(0, this.left(nowMs) + owingMs);
    this.atMs = nowMs;
    this.mostMs = 0;
    this.freeMs = 0;
    this.isPaying = false;
  }

  isOwing(nowMs: number): boolean {
    return this.owedMs > FREE_MS && this.left(nowMs) > FREE_MS;
  }

  /** What is spelled like a share has its turn among these, and must be one. */
  private excuseOther(mostMs: number): void {
    if (this.isUsual && !this.isShare) this.freeMs = mostMs;
  }

  private left(nowMs: number): number {
    return Math.max(0, this.owedMs - FORGIVEN * (nowMs - this.atMs));
  }
}
