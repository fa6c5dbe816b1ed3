/**
 * The coordinator's hand on the share interval: looks every few seconds at what the present round has brought over
 * all listeners, those that died included, because the figures are the share log's; and tells the listeners when it
 * changes. Solo mining has no claims and keeps its interval.
 */
import { type RoundSchedule, shareInterval } from '../rounds/index.js';

export interface PaceSource {
  /** Accepted shares of a round, over all listeners. */
  sharesOf(round: bigint): number;
  /** Miners connected at present. */
  miners(): number;
  tell(shareIntervalMs: number): void;
}

const LOOK_MS = 5_000;

export class SharePace {
  presentMs: number;
  private lookAtMs = 0;
  private round: bigint | null = null;

  constructor(
    private readonly wantedMs: number,
    private readonly schedule: RoundSchedule,
    private readonly source: PaceSource,
  ) {
    this.presentMs = wantedMs;
  }

  /** Called about once a second. */
  tick(round: bigint, nowMs: number): void {
    if (nowMs < this.lookAtMs && round === this.round) return;
    this.lookAtMs = nowMs + LOOK_MS;
    this.round = round;
    const { startMs, endMs } = this.schedule.span(round)!;
    const elapsedMs = nowMs - startMs;
    const roundMs = endMs - startMs;
    const load = { shares: this.source.sharesOf(round), miners: this.source.miners(), elapsedMs, roundMs };
    const nextMs = shareInterval(load, this.wantedMs, this.presentMs);
    if (nextMs === this.presentMs) return;
    this.presentMs = nextMs;
    this.source.tell(nextMs);
  }
}
