/** What a shard needs around it outside the pool: the system's timers and a quiet logger. Runs without Jest too. */
import type { Logger, Timers } from '../../../src/lib/index.js';
import {
  type CreditedShare,
  type ShareLogError,
  ShareShard,
  type ShareShardOptions,
} from '../../../src/shares/index.js';

export const systemTimers: Timers = {
  nowMs: () => Date.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
  every(periodMs, callback) {
    const timer = setInterval(callback, periodMs);
    return () => clearInterval(timer);
  },
};

export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLogger,
};

export function openShard(
  path: string,
  options: Partial<ShareShardOptions> = {},
  timers: Timers = systemTimers,
): Promise<ShareShard> {
  return ShareShard.open(
    { path, retentionMs: 86_400_000, batchIntervalMs: 3, maxUnacknowledged: 10_000, ...options },
    silentLogger,
    timers,
  );
}

/** Appends and waits; throws what `done` was told. */
export function appended(shard: ShareShard, share: CreditedShare): Promise<void> {
  return new Promise((resolve, reject) => {
    shard.append(share, (error: ShareLogError | null) => (error === null ? resolve() : reject(error)));
  });
}

export async function appendAll(shard: ShareShard, shares: readonly CreditedShare[]): Promise<void> {
  await Promise.all(shares.map((share) => appended(shard, share)));
}
