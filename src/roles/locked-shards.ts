/**
 * Shards that the coordinator cannot read because their writers have them locked: at a start it waits for them a while,
 * later it goes on without them and says so once if that lasts. Its loop never stands still for one.
 */
import type { Logger, Timers } from '../lib/index.js';
import type { ShardReader } from '../shares/index.js';

/** As long as a listener waits for the shard that a predecessor has not let go. */
const START_PATIENCE_MS = 20_000;
const START_TOLD_MS = 5_000;
const LOOK_MS = 100;
const LASTING_MS = 10_000;

export class LockedShards {
  private readonly since = new Map<string, number>();
  private readonly told = new Set<string>();

  constructor(
    private readonly shares: Pick<ShardReader, 'busy' | 'look'>,
    private readonly logger: Logger,
    private readonly timers: Timers,
  ) {}

  /** Resolves when all shards can be read, or for twenty seconds could not: a killed node's listeners may still write. */
  async wait(): Promise<void> {
    const startedMs = this.timers.nowMs();
    let toldMs = startedMs;
    while (!this.shares.look() && this.timers.nowMs() < startedMs + START_PATIENCE_MS) {
      if (this.timers.nowMs() >= toldMs + START_TOLD_MS) {
        toldMs = this.timers.nowMs();
        this.logger.warn(
          { shards: this.shares.busy, forMs: toldMs - startedMs },
          'waiting for shards that are locked: a killed node still writes them, or their disk is slow',
        );
      }
      await new Promise<void>((resolve) => this.timers.after(LOOK_MS, resolve));
    }
  }

  /** Called about once a second. */
  tick(): void {
    const nowMs = this.timers.nowMs();
    const busy = new Set(this.shares.busy);
    for (const shard of this.since.keys()) {
      if (busy.has(shard)) continue;
      this.since.delete(shard);
      if (this.told.delete(shard)) this.logger.info({ shard }, 'the shard can be read again');
    }
    for (const shard of busy) {
      const sinceMs = this.since.get(shard) ?? nowMs;
      this.since.set(shard, sinceMs);
      if (nowMs - sinceMs < LASTING_MS || this.told.has(shard)) continue;
      this.told.add(shard);
      this.logger.warn(
        { shard },
        'the shard is locked by its writer and is missing in all figures until it can be read: is its disk slow?',
      );
    }
  }
}
