/**
 * Which ranges of extranonces a listener's latest shares were mined with, and whether a number that is to be handed out next
 * lies behind them. Ranges go round, so only an hour's shares say where on the ring the listener was.
 */
const RANGE_BITS = 12;
/** Of 24 bits. */
const RANGES = 1 << 12;
const HOUR_MS = 3_600_000;

export class UsedExtranonces {
  /** By range, when its last share was committed. */
  private readonly ranges = new Map<number, number>();
  private newest = { range: 0, atMs: Number.NEGATIVE_INFINITY };

  /** `extranonce`: 12 bytes, of which the second to the fourth are the counter. */
  use(extranonce: Uint8Array, committedMs: number): void {
    const range = (extranonce[1]! << 4) | (extranonce[2]! >> 4);
    this.ranges.set(range, Math.max(committedMs, this.ranges.get(range) ?? committedMs));
    if (committedMs >= this.newest.atMs) this.newest = { range, atMs: committedMs };
  }

  /** Whether `next` is the first of a range and no share of the last hour can have been of it or of one behind it, half way round. */
  canFollow(next: number): boolean {
    if (!Number.isInteger(next) || next < 0 || next >= RANGES << RANGE_BITS) return false;
    if (next % (1 << RANGE_BITS) !== 0) return false;
    const range = next >> RANGE_BITS;
    return [...this.ranges].every(
      ([used, atMs]) =>
        atMs < this.newest.atMs - HOUR_MS || (range - 1 - used + RANGES) % RANGES < RANGES / 2,
    );
  }

  /** Half way round from the newest share, as after a restore. */
  farAway(): number {
    return ((this.newest.range + RANGES / 2) % RANGES) << RANGE_BITS;
  }
}
