/**
 * A miner whose shares are all rejected works on something the pool does not know any more. It is helped in steps, as
 * ckpool does: new work, then a reconnect, then the end of the connection. One good share ends the matter. Stale
 * shares of a connection between two blocks are few and never get that far.
 */
import type { GuardLimits } from './guard-limits.js';

export type LoopStep = 'resend' | 'reconnect' | 'drop';

const STEPS: readonly LoopStep[] = ['resend', 'reconnect', 'drop'];

export class RejectLoop {
  private sinceMs = 0;
  private firstMs = 0;
  private rejects = 0;
  private stepped = 0;

  constructor(private readonly limits: GuardLimits) {}

  good(): void {
    this.rejects = 0;
    this.stepped = 0;
  }

  /** So many since the last good one, and for longer than what a proxy had kept from before takes, that it is no bad luck. */
  isHopeless(nowMs: number): boolean {
    const { hopelessRejects, crowdedGraceMs } = this.limits;
    return this.rejects >= hopelessRejects && nowMs - this.firstMs > crowdedGraceMs;
  }

  /** What to do now; each step comes once, `loopStepMs` after the one before at the earliest. */
  rejected(nowMs: number): LoopStep | null {
    const { loopStepMs, loopRejects } = this.limits;
    if (this.rejects++ === 0) {
      this.sinceMs = nowMs;
      this.firstMs = nowMs;
    }
    if (this.rejects < loopRejects || nowMs - this.sinceMs < loopStepMs) return null;
    this.sinceMs = nowMs;
    const step = STEPS[this.stepped]!;
    if (this.stepped < STEPS.length - 1) this.stepped++;
    return step;
  }
}
