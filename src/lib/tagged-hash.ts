/** BIP340's tagged hash: SHA256(SHA256(tag) ‖ SHA256(tag) ‖ message). */
import { sha256 } from '#sha256';
import { concatBytes, utf8 } from './bytes.js';

/** Hashes under one tag; keep the result, the tag is hashed once. */
export function taggedHash(tag: string): (message: Uint8Array) => Uint8Array {
  const tagHash = sha256(utf8(tag));
  const prefix = concatBytes(tagHash, tagHash);
  return (message) => sha256(concatBytes(prefix, message));
}
