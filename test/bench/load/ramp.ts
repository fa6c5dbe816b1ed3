/**
 * How fast miners arrive where the arrival is not what is measured: at a pace that is never passed, and no further ahead
 * of the pool than so many that have begun to connect and have no work yet. A slow pool makes the ramp longer, which the
 * row tells.
 */

/**
 * Of all load processes together. The pool's port has an accept queue of 4,096 (`shared-port.ts`, and Linux's own
 * `net.core.somaxconn`), in which everybody waits whom no listener has taken yet; when it is full, the kernel drops or
 * resets whoever comes. A quarter of it cannot fill it, whoever else connects, and does not slow a pool that keeps up: it
 * is half a second of arrivals at 2,000 a second.
 */
export const MOST_WITHOUT_WORK = 1_024;
/** Timers that wake late are made up for; a longer halt is not, or whoever was held back would come as one crowd. */
const MADE_UP_FOR_MS = 50;

export class Ramp {
  private withoutWork = 0;

  /** `nextMs`: when the first may begin, on the clock of `begin`. */
  constructor(
    private readonly perSecond: number,
    private readonly mostWithoutWork: number,
    private nextMs: number,
  ) {}

  /** Whether one more may connect now; if so, it counts as begun. */
  begin(nowMs: number): boolean {
    if (nowMs < this.nextMs || this.withoutWork >= this.mostWithoutWork) return false;
    this.nextMs = Math.max(this.nextMs, nowMs - MADE_UP_FOR_MS) + 1000 / this.perSecond;
    this.withoutWork++;
    return true;
  }

  /** One of those that began has work, or waits for none any more. */
  served(): void {
    this.withoutWork--;
  }
}
