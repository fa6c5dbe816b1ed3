/** A stored share hashed again: whether the rows it names are still those it was made of, which no digest of theirs tells. */
import { hashMeets, isCanonicalBits } from '../bitcoin/index.js';
import { equalBytes } from '../lib/index.js';
import { type HashedParts, hashShare, type ShareRecord, targetOf } from '../mining/index.js';
import { HASH_BYTES } from './share-batch.js';

const computed = new Uint8Array(HASH_BYTES);

/** `stored`: the hash that stands beside the record, internal order. `parts`: as its rows have them now. */
export function isHashOf(stored: Uint8Array, record: ShareRecord, parts: HashedParts): boolean {
  hashShare(parts, record, computed);
  const { bits } = record;
  return equalBytes(computed, stored) && isCanonicalBits(bits) && hashMeets(computed, targetOf(bits));
}
