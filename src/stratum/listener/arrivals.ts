/**
 * When the bytes that wait came. What a line says is judged by when it was here, not by when its turn came: how long it waited
 * is the pool's affair, and others' lines have a part in it.
 */

/** Those that came within so short a time came at once. */
const AT_ONCE_MS = 100;
/** Where more is to be known, it is known half as exactly: of what has waited for a minute to two seconds. */
const MOST_TIMES = 64;
/** Of what comes while no more than these are known, it is known exactly again: the last of a line to come may always be one. */
const FEW_TIMES = 2;

interface Arrival {
  /** Just past the bytes. */
  end: number;
  ms: number;
}

export class Arrivals {
  private known: Arrival[] = [];
  /** As far apart they are at least; in between the later time counts. */
  private stepMs = AT_ONCE_MS;

  /** All bytes before `end` have come by now. */
  add(end: number, nowMs: number): void {
    const last = this.known.at(-1);
    if (last !== undefined && nowMs - last.ms < AT_ONCE_MS) {
      last.end = end;
      return;
    }
    if (this.known.length <= FEW_TIMES) this.stepMs = AT_ONCE_MS;
    const beforeLast = this.known.at(-2);
    if (beforeLast !== undefined && nowMs - beforeLast.ms <= this.stepMs) this.known.pop();
    this.known.push({ end, ms: nowMs });
    if (this.known.length <= MOST_TIMES) return;
    // Of two the later one stays, for the bytes of both.
    this.known = this.known.filter((_, index, { length }) => (length - index) % 2 === 1);
    this.stepMs *= 2;
  }

  /** When the byte before `end` came. Earlier ones are not asked for any more. */
  before(end: number): number {
    while (this.known.length > 1 && this.known[0]!.end < end) this.known.shift();
    return this.known[0]!.ms;
  }

  /** So many bytes are not there any more. */
  drop(bytes: number): void {
    while (this.known.length > 0 && this.known[0]!.end <= bytes) this.known.shift();
    for (const arrival of this.known) arrival.end -= bytes;
  }
}
