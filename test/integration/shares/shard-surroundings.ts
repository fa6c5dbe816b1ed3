/** A shard outside the pool, and shares to put into it. Runs without Jest too. */
import type { SteadyTimers } from '../../../src/lib/index.js';
import {
  type CreditedShare,
  type ShareLogError,
  ShareShard,
  type ShareShardOptions,
} from '../../../src/shares/index.js';
import { silentLogger, steady } from '../../surroundings.js';

export { silentLogger, steady };

export function openShard(
  path: string,
  options: Partial<ShareShardOptions> = {},
  timers: SteadyTimers = steady,
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
