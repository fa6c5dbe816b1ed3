/** Whether a hash makes a block: by the header's bits, or below the network's own target for one (`Network.blockTargetBits`). */
import { bitsToTarget, hashMeets, targetToLe } from './bits.js';
import type { Network } from './networks.js';

/** `hash`: internal order; `bits`: the header's. Throws `BitsError` for bits that are no target. */
export function meetsBlockTarget(
  hash: Uint8Array,
  bits: number,
  { blockTargetBits }: Pick<Network, 'blockTargetBits'>,
): boolean {
  return hashMeets(hash, targetToLe(bitsToTarget(blockTargetBits ?? bits)));
}
