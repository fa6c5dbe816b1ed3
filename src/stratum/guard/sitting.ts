/**
 * How long connections of one address had a place and showed no work for it, in the last hours: half of it counts after
 * `sittingHalfLifeMs`. Who has sat for less goes before who has sat for longer, so a crowd that only sits gives every
 * newcomer as much time for a first share as it has taken itself.
 */
import type { GuardLimits } from './guard-limits.js';

export class Sitting {
  private ms = 0;
  private atMs = 0;

  constructor(private readonly limits: GuardLimits) {}

  at(nowMs: number): number {
    if (this.ms === 0) return 0;
    return this.ms * 0.5 ** (Math.max(0, nowMs - this.atMs) / this.limits.sittingHalfLifeMs);
  }

  /** Less than nothing for work, which makes up for it. */
  add(ms: number, nowMs: number): void {
    this.set(Math.max(0, this.at(nowMs) + ms), nowMs);
  }

  set(ms: number, nowMs: number): void {
    this.ms = ms;
    this.atMs = nowMs;
  }

  /** Not worth a line in the book. */
  isForgotten(nowMs: number): boolean {
    return this.at(nowMs) < this.limits.sittingLeastMs;
  }
}
