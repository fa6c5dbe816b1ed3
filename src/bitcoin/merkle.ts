/**
 * A block's Merkle tree, as a coinbase sees it: the coinbase is leaf 0, so every sibling on its way to the root
 * stands to the right, and the siblings (the "branch") do not depend on the coinbase. Odd rows repeat their last
 * hash. All hashes are in internal order.
 */
import { concatBytes, sha256d } from '../lib/index.js';

/** The branch of a coinbase above the other transactions' ids, in block order. Empty when there are none. */
export function coinbaseBranch(otherTxids: readonly Uint8Array[]): Uint8Array[] {
  const branch: Uint8Array[] = [];
  // row[0] stands for the hash on the coinbase's way, which nobody knows yet; its value is never read.
  let row: Uint8Array[] = [new Uint8Array(0), ...otherTxids];
  while (row.length > 1) {
    branch.push(row[1]!);
    const above: Uint8Array[] = [row[0]!];
    for (let i = 2; i < row.length; i += 2) {
      above.push(sha256d(concatBytes(row[i]!, row[i + 1] ?? row[i]!)));
    }
    row = above;
  }
  return branch;
}

/** The Merkle root above a coinbase id and its branch. */
export function foldBranch(coinbaseTxid: Uint8Array, branch: readonly Uint8Array[]): Uint8Array {
  const pair = new Uint8Array(64);
  let hash = coinbaseTxid;
  for (const sibling of branch) {
    pair.set(hash, 0);
    pair.set(sibling, 32);
    hash = sha256d(pair);
  }
  return hash;
}
