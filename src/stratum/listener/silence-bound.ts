/** When the pool has to say something again, so that a miner does not take it for dead. */

/**
 * How long a miner may wait for a notify, in renotify intervals: spread, so that not all are due at once after each
 * new work, and short of the whole by the second between two ticks.
 */
const RENOTIFY_LEAST = 13 / 15;
const RENOTIFY_SPREAD = 1 / 10;
/**
 * Without work a miner is kept by pings for as long as a restart of bitcoind takes; after that silence lets its own
 * failover do its work. cgminer leaves a pool that is silent for 90 s.
 */
const PING_FOR_MS = 300_000;

export class SilenceBound {
  private atMs = Number.POSITIVE_INFINITY;
  private lastWorkMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly renotifyMs: number) {}

  /** A job went out. `spread`: a byte that differs from miner to miner. */
  worked(nowMs: number, spread: number): void {
    this.lastWorkMs = nowMs;
    this.spoke(nowMs, spread);
  }

  spoke(nowMs: number, spread: number): void {
    this.atMs = nowMs + this.renotifyMs * (RENOTIFY_LEAST + RENOTIFY_SPREAD * ((spread % 64) / 64));
  }

  isReached(nowMs: number): boolean {
    return nowMs >= this.atMs;
  }

  /** Whether a ping is due, where there is no work. */
  wantsPing(nowMs: number): boolean {
    return this.isReached(nowMs) && nowMs - this.lastWorkMs <= PING_FOR_MS;
  }
}
