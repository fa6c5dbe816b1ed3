import { toDisplayHex } from '../lib/index.js';
import type { ShardReader } from '../shares/index.js';

/** The newest share on disk that was committed since then, display order; null where there is none. */
export function newestShare(shares: Pick<ShardReader, 'recentShares'>, sinceMs: number): string | null {
  const [newest] = shares.recentShares(1, null).shares;
  return newest === undefined || newest.committedMs < sinceMs ? null : toDisplayHex(newest.hash);
}
