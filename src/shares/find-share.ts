/** Looks a share up by its hash, newest first. There is no index on shares: a million take about a tenth of a second. */
import type { ShardFile, StoredBatch } from './shard-file.js';
import { HASH_BYTES } from './share-batch.js';

const BATCHES_AT_ONCE = 256;

export interface FoundShare {
  readonly file: ShardFile;
  readonly batch: StoredBatch;
  readonly index: number;
}

/** `hash`: 32 bytes, internal order. */
export function findShare(files: readonly ShardFile[], hash: Uint8Array): FoundShare | null {
  for (const file of files) {
    let before = Number.MAX_SAFE_INTEGER;
    for (;;) {
      const batches = file.batchesBefore(before, BATCHES_AT_ONCE);
      if (batches.length === 0) break;
      for (const batch of batches) {
        const index = indexOf(batch.hashes, hash);
        if (index >= 0) return { file, batch, index };
      }
      before = batches.at(-1)!.id;
    }
  }
  return null;
}

function indexOf(hashes: Uint8Array, hash: Uint8Array): number {
  const bytes = Buffer.from(hashes.buffer, hashes.byteOffset, hashes.byteLength);
  for (let at = bytes.indexOf(hash); at >= 0; at = bytes.indexOf(hash, at + 1)) {
    if (at % HASH_BYTES === 0) return at / HASH_BYTES;
  }
  return -1;
}
