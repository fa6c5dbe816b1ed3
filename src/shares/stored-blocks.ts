/** The found blocks that the shards of a folder hold, read while their writers may be at work. */
import type { StoredBlock } from './shard-database.js';
import { openShards } from './shard-reader.js';

/** Oldest first. */
export function storedBlocks(folder: string): StoredBlock[] {
  const reader = openShards(folder);
  try {
    return reader.blocks();
  } finally {
    reader.close();
  }
}
