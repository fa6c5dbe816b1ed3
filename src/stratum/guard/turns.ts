/**
 * The addresses at one door of which connections wait, and how they are served: as far as each address can pay, then by
 * the node's spare turns, of which a door has as large a part as it has of those who wait, and each address there one
 * after the other. So how long one waits has a bound in how many wait with it, whatever comes back when it was served,
 * and however the kernel divides them among the listeners.
 */
import type { GuardLimits } from './guard-limits.js';
import type { LocalAddress } from './local-address.js';

export class Turns {
  /** Who was served longest ago comes first. */
  private readonly waiting = new Set<LocalAddress>();
  private elsewhere = 0;
  private doors = 1;
  /** Spare turns that are left of the last second. */
  private spare = 0;
  private atMs = 0;

  /** `serveFirst`: whether the first of those who wait there went on. */
  constructor(
    private readonly limits: GuardLimits,
    private readonly serveFirst: (local: LocalAddress, nowMs: number) => boolean,
  ) {}

  /** Connections that wait here. */
  get size(): number {
    let size = 0;
    for (const local of this.waiting) size += local.waiting;
    return size;
  }

  /** Some of it wait. */
  add(local: LocalAddress): void {
    this.waiting.add(local);
  }

  /** So many wait at other doors. */
  learn(elsewhere: number, doors: number): void {
    this.elsewhere = elsewhere;
    this.doors = doors;
  }

  /** Called a few times a second. */
  serve(nowMs: number): void {
    for (const local of this.waiting) {
      while (local.waiting > 0 && local.canPay(nowMs) && this.serveFirst(local, nowMs)) local.pay(nowMs);
      if (local.waiting === 0) this.waiting.delete(local);
    }
    this.save(nowMs);
    let inVain = 0;
    // Who is put back comes again in the same loop.
    for (const local of this.waiting) {
      if (inVain >= this.waiting.size || this.spare < 1) break;
      this.waiting.delete(local);
      if (this.serveFirst(local, nowMs)) {
        this.spare--;
        inVain = 0;
      } else inVain++;
      if (local.waiting > 0) this.waiting.add(local);
    }
  }

  private save(nowMs: number): void {
    const here = this.size;
    const part = here === 0 ? 1 / this.doors : here / (here + this.elsewhere);
    const perSecond = this.limits.spareTurnsPerSecond * part;
    // The clock may be set back.
    const sinceMs = Math.max(0, nowMs - this.atMs);
    this.atMs = nowMs;
    // At least one, or a door where few wait would never have a whole one.
    this.spare = Math.min(Math.max(1, perSecond), this.spare + (perSecond * sinceMs) / 1000);
  }
}
