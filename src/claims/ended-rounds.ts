/**
 * Which rounds take no shares any more. A round that was over once stays over, though slots turn out to be slower than
 * was thought or somebody turns the clock back: it may be closed by then, and what came later would be in no claim.
 */
import type { RoundSchedule } from '../rounds/index.js';

export class EndedRounds {
  private readonly ended = new Set<bigint>();

  constructor(private readonly schedule: Pick<RoundSchedule, 'isOver'>) {}

  /** For a round that was closed in an earlier run. */
  add(round: bigint): void {
    this.ended.add(round);
  }

  has(round: bigint, nowMs: number): boolean {
    if (!this.ended.has(round) && this.schedule.isOver(round, nowMs)) this.ended.add(round);
    return this.ended.has(round);
  }
}
