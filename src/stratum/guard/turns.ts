/**
 * The addresses at one door of which connections wait, and how they are served: as far as each address can pay, then by
 * the door's spare turns, of which each has one after the other. So how long one waits has a bound in how many wait
 * with it, whatever comes back when it was served, and however the kernel and the clock divide an address's own turns
 * among the listeners.
 */
import type { GuardLimits } from './guard-limits.js';
import type { LocalAddress } from './local-address.js';
import { TokenBucket } from './token-bucket.js';

export class Turns {
  private readonly spare: TokenBucket;
  /** Who was served longest ago comes first. */
  private readonly waiting = new Set<LocalAddress>();

  /** `serveFirst`: whether the first of those who wait there went on. */
  constructor(
    { spareTurnsPerSecond }: GuardLimits,
    private readonly serveFirst: (local: LocalAddress, nowMs: number) => boolean,
  ) {
    this.spare = new TokenBucket(spareTurnsPerSecond, spareTurnsPerSecond / 1000, 0);
  }

  /** Some of it wait. */
  add(local: LocalAddress): void {
    this.waiting.add(local);
  }

  /** Called a few times a second. */
  serve(nowMs: number): void {
    for (const local of this.waiting) {
      while (local.isWaiting && local.canPay(nowMs) && this.serveFirst(local, nowMs)) local.pay(nowMs);
      if (!local.isWaiting) this.waiting.delete(local);
    }
    let inVain = 0;
    // Who is put back comes again in the same loop.
    for (const local of this.waiting) {
      if (inVain >= this.waiting.size || this.spare.left(nowMs) < 1) break;
      this.waiting.delete(local);
      if (this.serveFirst(local, nowMs)) {
        this.spare.spend(1);
        inVain = 0;
      } else inVain++;
      if (local.isWaiting) this.waiting.add(local);
    }
  }
}
