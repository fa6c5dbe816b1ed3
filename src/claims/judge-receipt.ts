/**
 * What a receipt and a package of its round say together: kept, omitted, or why nothing can be said. An omission that
 * is proven here is proven to anybody, for everything in it is signed or hashed (docs/claim-format.md, "Receipts").
 */

import type { Network } from '../bitcoin/index.js';
import { equalBytes, toHex } from '../lib/index.js';
import { type ClaimPackage, type Membership, recountPackage, type SignedReceipt } from '../rounds/index.js';
import { isAppointed, isSigned } from './receipt-key.js';

export type ReceiptVerdict =
  /** The share is in the claim. */
  | { readonly kind: 'kept'; readonly says: string }
  /** Signed by an appointed key, and not in the claim. */
  | { readonly kind: 'omitted'; readonly says: string }
  /** Not in the claim, but nobody's word stands behind the receipt, or none that this package shows. */
  | { readonly kind: 'unproven'; readonly says: string }
  /** The two are not of one claim. */
  | { readonly kind: 'mismatch'; readonly says: string };

export interface ToldToJudge {
  /** What the node key submitted for the receipt's round; null where nobody says. */
  readonly root: Uint8Array | 'idle' | null;
  /** Null for an idle round. */
  readonly package: ClaimPackage | null;
}

const NOT_SUBMITTED =
  'nobody says that this package is what the node submitted: give --node, or --submission as it stands on K2';

/** `proof`: of membership in the package's claim, needed where the package has no records. Throws `RecountError`. */
export function judgeReceipt(
  receipt: SignedReceipt,
  { root, package: pack }: ToldToJudge,
  proof: Membership | null,
  network: Network,
): ReceiptVerdict {
  if (pack === null || root === 'idle') {
    const says = 'the node submitted that it was idle: who signed the receipt, no package of the round shows';
    return { kind: 'unproven', says };
  }
  const { claim, appointment } = pack;
  if (root !== null && !equalBytes(root, pack.root)) {
    return {
      kind: 'mismatch',
      says: `the package is of the claim ${toHex(pack.root)}, not of the submitted one`,
    };
  }
  if (
    receipt.round !== claim.round ||
    !equalBytes(receipt.taskId, claim.taskId) ||
    !equalBytes(receipt.nodeKey, claim.nodeKey)
  ) {
    return {
      kind: 'mismatch',
      says: `the receipt is of round ${receipt.round}, the package of round ${claim.round}, or another node or task`,
    };
  }
  const isKept = proof === null ? isInRecords(receipt, pack, network) : proof.shareWork !== null;
  if (isKept === null) {
    return {
      kind: 'unproven',
      says: 'a package of this size has no records: a proof of membership is needed as well',
    };
  }
  if (root === null) {
    const says = `the share is ${isKept ? '' : 'not '}in the package, but ${NOT_SUBMITTED}`;
    return { kind: 'unproven', says };
  }
  if (isKept) return { kind: 'kept', says: 'the share is in the claim' };
  if (appointment === null) {
    return { kind: 'unproven', says: 'the share is not in the claim, whose package appoints no receipt key' };
  }
  if (appointment.fromRound > claim.round || !isAppointed(appointment, claim.taskId, claim.nodeKey)) {
    return { kind: 'unproven', says: 'the share is not in the claim, and its receipt key was not appointed' };
  }
  if (!isSigned(receipt, appointment.receiptKey)) {
    return {
      kind: 'unproven',
      says: 'the share is not in the claim, and the receipt is not signed by its key',
    };
  }
  return { kind: 'omitted', says: 'the node signed for this share and left it out of its claim' };
}

/** Null where the package has no records. */
function isInRecords(receipt: SignedReceipt, pack: ClaimPackage, network: Network): boolean | null {
  if (pack.claim.tier === 'sampled') return null;
  let found = false;
  recountPackage(pack, network, ({ hash }) => {
    if (equalBytes(hash, receipt.shareHash)) found = true;
  });
  return found;
}
