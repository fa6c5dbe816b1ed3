/**
 * Where the load's miners want to be paid: each at an address of its own, as the miners of a public pool do. Jobs are made
 * for a payout address, so a thousand miners of one are a thousand times one job, and cost the pool less.
 */
import { encodeAddress, network } from '../../../src/bitcoin/index.js';
import { concatBytes, sha256, utf8 } from '../../../src/lib/index.js';

const KEY_HASH_BYTES = 20;

/** Nobody has its key. `index`: from 0. Regtest. */
export function payoutAddress(index: number): string {
  const keyHash = sha256(utf8(`orcapool bench ${index}`)).subarray(0, KEY_HASH_BYTES);
  return encodeAddress(concatBytes(Uint8Array.of(0, KEY_HASH_BYTES), keyHash), network('regtest'))!;
}
