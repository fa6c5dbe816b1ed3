/**
 * What a claim says of one miner, and of one of its shares: proof that they are counted, or that they are not. With
 * a receipt, the latter is proof of an omission. Self-contained: whoever has the root that is on chain can check it.
 *
 *     claim 230 ‖ upper trie, pruned to the miner ‖ the miner's trie, pruned to the share
 *
 * The last part is there exactly when the miner is in the claim and a share is asked for.
 */
import { ByteReader, ByteWriter, CodedError, equalBytes } from '../lib/index.js';
import { type Claim, claimRoot, encodeClaim, readClaim } from './claim.js';
import {
  findKey,
  type PrunedTrie,
  ROW_LEAF,
  readPrunedTrie,
  SHARE_LEAF,
  type ShareLeaf,
  writePrunedTrie,
} from './pruned-trie.js';
import type { MinerRow, SumNode } from './sum-node.js';

export class MembershipProofError extends CodedError<
  'PROOF_OTHER_ROOT' | 'PROOF_SUMS' | 'PROOF_PATH_CLOSED'
> {}

export interface Membership {
  readonly claim: Claim;
  /** Null: the miner is not in the claim. */
  readonly miner: MinerRow | null;
  /** The share's work; null: the share is not in the claim, or none was asked for. */
  readonly shareWork: bigint | null;
}

/** `shares`: the miner's trie pruned to the share; null when the miner is not in the claim, or no share is asked for. */
export function encodeMembershipProof(
  claim: Claim,
  top: PrunedTrie<MinerRow>,
  shares: PrunedTrie<ShareLeaf> | null,
): Uint8Array {
  const writer = new ByteWriter(2048).bytes(encodeClaim(claim));
  writePrunedTrie(writer, ROW_LEAF, top);
  if (shares !== null) writePrunedTrie(writer, SHARE_LEAF, shares);
  return writer.finish();
}

function refuseOther(node: SumNode, hash: Uint8Array, sum: bigint, count: bigint, of: string): void {
  if (equalBytes(node.hash, hash) && node.sum === sum && node.count === count) return;
  throw new MembershipProofError('PROOF_SUMS', `the proof's ${of} is not the claim's`);
}

/**
 * `root`: of the claim on chain. `shareHash`: null to ask for the miner alone. Throws `MembershipProofError`, or the
 * errors of what it is made of, for anything but a proof of this claim that settles the question.
 */
export function verifyMembershipProof(
  proof: Uint8Array,
  root: Uint8Array,
  minerId: Uint8Array,
  shareHash: Uint8Array | null,
): Membership {
  const reader = new ByteReader(proof);
  const claim = readClaim(reader);
  if (!equalBytes(claimRoot(claim), root)) {
    throw new MembershipProofError('PROOF_OTHER_ROOT', 'the proof is of another claim');
  }
  const top = readPrunedTrie(reader, ROW_LEAF);
  refuseOther(top.folded, claim.topRoot, claim.total, claim.count, 'upper trie');
  const miner = findKey(top, ROW_LEAF, minerId);
  if (miner === 'closed') throw pathClosed('miner');
  const shareWork = miner === null || shareHash === null ? null : readShare(reader, miner, shareHash);
  reader.end();
  return { claim, miner, shareWork };
}

function readShare(reader: ByteReader, miner: MinerRow, shareHash: Uint8Array): bigint | null {
  const shares = readPrunedTrie(reader, SHARE_LEAF);
  refuseOther(shares.folded, miner.shareRoot, miner.work, miner.count, "miner's trie");
  const leaf = findKey(shares, SHARE_LEAF, shareHash);
  if (leaf === 'closed') throw pathClosed('share');
  return leaf === null ? null : leaf.work;
}

function pathClosed(what: string): MembershipProofError {
  return new MembershipProofError('PROOF_PATH_CLOSED', `the proof does not open the ${what}'s path`);
}
