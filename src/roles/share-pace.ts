/**
 * The coordinator's hand on the share interval: looks every few seconds at what the present round has brought over
 * all listeners, those that died included, because the figures are the share log's; and tells the listeners when it
 * changes. What single connections bring in excess is in the log too, committed with its shares, and left out here: it
 * must not cost the others theirs. Solo mining has no claims and keeps its interval.
 */
import { type RoundSchedule, shareInterval } from '../rounds/index.js';
import type { FixedRule } from '../stratum/index.js';

export interface RoundShares {
  readonly all: number;
  /** Of them, what connections brought beyond what their interval allows. */
  readonly excess: number;
}

/** What every listener goes by. */
export interface Pace {
  readonly shareIntervalMs: number;
  readonly fixed: FixedRule;
}

export interface PaceSource {
  /** Accepted shares of a round, over all listeners. */
  sharesOf(round: bigint): RoundShares;
  /** Miners that bring shares at present. */
  miners(): number;
  tell(pace: Pace): void;
}

const LOOK_MS = 5_000;

export class SharePace {
  present: Pace;
  /** What the interval would be if excess counted. */
  private withExcessMs: number;
  private lookAtMs = 0;
  private round: bigint | null = null;

  constructor(
    private readonly wantedMs: number,
    private readonly schedule: RoundSchedule,
    private readonly source: PaceSource,
  ) {
    this.present = { shareIntervalMs: wantedMs, fixed: 'holds' };
    this.withExcessMs = wantedMs;
  }

  /** Called about once a second. */
  tick(round: bigint, nowMs: number): void {
    const waitsMs = this.lookAtMs - nowMs;
    // It waits no longer where the clock was set back.
    if (waitsMs > 0 && waitsMs <= LOOK_MS && round === this.round) return;
    this.lookAtMs = nowMs + LOOK_MS;
    this.round = round;
    const { startMs, endMs } = this.schedule.span(round)!;
    const roundMs = endMs - startMs;
    const { all, excess } = this.source.sharesOf(round);
    const elapsedMs = nowMs - startMs;
    const load = { shares: all - excess, miners: this.source.miners(), elapsedMs, roundMs };
    const shareIntervalMs = shareInterval(load, this.wantedMs, this.present.shareIntervalMs);
    this.withExcessMs = shareInterval({ ...load, shares: all }, this.wantedMs, this.withExcessMs);
    const { present } = this;
    this.present = { shareIntervalMs, fixed: this.fixedAt(shareIntervalMs) };
    if (shareIntervalMs === present.shareIntervalMs && this.present.fixed === present.fixed) return;
    this.source.tell(this.present);
  }

  private fixedAt(shareIntervalMs: number): FixedRule {
    if (shareIntervalMs > this.wantedMs) return 'released';
    return this.withExcessMs > this.wantedMs ? 'holds-without-excess' : 'holds';
  }
}
