/**
 * For a shard restored from a backup: what it handed out after the backup is unknown, so it goes on half way round
 * its range. Shares on those extranonces were lost with the log; jobs with them may still be in miners.
 */
import { ShardDatabase } from './shard-database.js';

const HALF_OF_ALL = 1 << 23;

/** Nobody else may have the shard open. Throws SQLite's errors and `ShardVersionError`. */
export function skipExtranonces(shardPath: string): void {
  const shard = new ShardDatabase(shardPath);
  try {
    shard.together(() => shard.reserveExtranonce1(HALF_OF_ALL));
    shard.checkpoint();
  } finally {
    shard.close();
  }
}
