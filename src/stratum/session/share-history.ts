/** The good shares of one session: how many and how often, since when. It runs on where a later session continues it. */
import { ShareRate } from './share-rate.js';

/** A connection that was silent for longer brings no shares; by chance one share in 22,000 is followed by that. */
const SILENT_INTERVALS = 10;

export class ShareHistory {
  /** Accepted or uncredited, those of the sessions that this one continues included. */
  shares = 0;
  /** The same of this connection alone: what shows that it has the miner that it says it is. */
  own = 0;
  rate: ShareRate;
  /** Of this connection; null before the first good one. */
  private lastMs: number | null = null;

  /** `startedMs`: when the first of the connections began that this session continues. */
  constructor(
    shareIntervalMs: number,
    public startedMs: number,
  ) {
    this.rate = new ShareRate(shareIntervalMs, startedMs);
  }

  onShare(nowMs: number, difficulty: number): void {
    this.shares++;
    this.own++;
    this.rate.onShare(nowMs, difficulty);
    this.lastMs = nowMs;
  }

  /** Whether good shares come over this connection at present. */
  isOngoing(shareIntervalMs: number, nowMs: number): boolean {
    return this.lastMs !== null && nowMs - this.lastMs <= SILENT_INTERVALS * shareIntervalMs;
  }

  goOn({ shares, rate, startedMs }: Pick<ShareHistory, 'shares' | 'rate' | 'startedMs'>): void {
    this.shares = shares;
    this.rate = rate;
    this.startedMs = startedMs;
  }
}
