/**
 * The next extranonce1 that nobody has. A listener's counter has 24 bits and goes round after 16.7 million connections;
 * a farm's proxy that has been here since the last round, or a session that can still be gone on with, is not to get a
 * twin. Who has one is looked up once in so many: what is given out in between is not due again for a whole round.
 */
const GOOD_FOR = 4_096;

export class FreeExtranonces {
  private taken: ReadonlySet<number> = new Set();
  private left = 0;

  /** `inUse`: 4 bytes each, the first the listener's. */
  constructor(
    private readonly allocate: () => number,
    private readonly inUse: () => Iterable<Uint8Array>,
  ) {}

  /** 24 bits. Throws what the counter throws. */
  next(): number {
    if (this.left === 0) {
      this.taken = new Set(Array.from(this.inUse(), counterOf));
      this.left = GOOD_FOR;
    }
    this.left--;
    let counter = this.allocate();
    while (this.taken.has(counter)) counter = this.allocate();
    return counter;
  }
}

function counterOf(extranonce1: Uint8Array): number {
  return (extranonce1[1]! << 16) | (extranonce1[2]! << 8) | extranonce1[3]!;
}
