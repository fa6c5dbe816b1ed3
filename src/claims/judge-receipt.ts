/**
 * What a receipt and the claim of its round say together: kept, omitted, or why nothing can be said. An omission that is
 * proven here is proven to anybody, for everything in it is signed or hashed (docs/claim-format.md, "Receipts"). It needs
 * nothing of the node that left the share out but what it submitted: an appointment that came with the receipt holds
 * whatever the package says.
 */

import type { Network } from '../bitcoin/index.js';
import { equalBytes, toHex } from '../lib/index.js';
import {
  type Claim,
  type ClaimPackage,
  type Membership,
  recountPackage,
  type SignedAppointment,
  type SignedReceipt,
  verifyMembershipProof,
} from '../rounds/index.js';
import { isAppointed, isSigned } from './receipt-key.js';

export type ReceiptVerdict =
  /** The share is in the claim. */
  | { readonly kind: 'kept'; readonly says: string }
  /** Signed by an appointed key, and not in the claim. */
  | { readonly kind: 'omitted'; readonly says: string }
  /** Not in the claim, but nobody's word stands behind the receipt; or what was claimed is not known. */
  | { readonly kind: 'unproven'; readonly says: string }
  /** They are not of one claim. */
  | { readonly kind: 'mismatch'; readonly says: string };

export interface ToldToJudge {
  /** What the node key submitted for the receipt's round; null where nobody says. */
  readonly root: Uint8Array | 'idle' | null;
  /** Null for an idle round, and where a proof of membership does without. */
  readonly package: ClaimPackage | null;
  /** That came with the receipt; null for none. */
  readonly appointment: SignedAppointment | null;
}

const NOT_SUBMITTED =
  'nobody says that this is what the node submitted: give --node, or --submission as it stands on K2';

/**
 * `shown`: a proof of membership in the claim, needed where there is no package or it has no records. Throws
 * `MembershipProofError` and what that is made of, and `RecountError`.
 */
export function judgeReceipt(
  receipt: SignedReceipt,
  { root, package: pack, appointment }: ToldToJudge,
  shown: Uint8Array | null,
  network: Network,
): ReceiptVerdict {
  if (root === 'idle') {
    if (shown !== null) return { kind: 'mismatch', says: 'an idle round has no claim to be proven in' };
    return missing(receipt, [appointment], 'the node submitted that it was idle');
  }
  const proof = membershipOf(receipt, shown, root ?? pack?.root ?? null);
  const claim = pack?.claim ?? proof?.claim ?? null;
  if (claim === null)
    return { kind: 'unproven', says: 'neither a package nor a proof of membership is given' };
  if (pack !== null && root !== null && !equalBytes(root, pack.root)) {
    return {
      kind: 'mismatch',
      says: `the package is of the claim ${toHex(pack.root)}, not of the submitted one`,
    };
  }
  if (!isOfClaim(receipt, claim)) {
    return {
      kind: 'mismatch',
      says: `the receipt is of round ${receipt.round}, the claim of round ${claim.round}, or another node or task`,
    };
  }
  const isKept = proof === null ? isInPackage(receipt, pack!, network) : proof.shareWork !== null;
  if (isKept === null) {
    return {
      kind: 'unproven',
      says: 'a package of this size has no records: a proof of membership is needed as well',
    };
  }
  if (root === null) {
    const says = `the share is ${isKept ? '' : 'not '}in the claim, but ${NOT_SUBMITTED}`;
    return { kind: 'unproven', says };
  }
  if (isKept) return { kind: 'kept', says: 'the share is in the claim' };
  const packed = pack?.appointment ?? null;
  const inPackage = packed && { ...packed, taskId: claim.taskId, nodeKey: claim.nodeKey };
  return missing(receipt, [appointment, inPackage], 'the share is not in the claim');
}

/** A share that was not claimed: proven where a key that the node key appointed signed for it. */
function missing(
  receipt: SignedReceipt,
  appointments: readonly (SignedAppointment | null)[],
  where: string,
): ReceiptVerdict {
  const given = appointments.filter((each) => each !== null);
  if (given.some((each) => vouchFault(receipt, each) === null)) {
    return { kind: 'omitted', says: `the node signed for this share, and ${where}` };
  }
  const fault =
    given.length === 0
      ? 'nothing shows who appointed its key: the appointment came with the receipt'
      : vouchFault(receipt, given[0]!);
  return { kind: 'unproven', says: `${where}, but of the receipt ${fault}` };
}

/** Why a receipt is not the node key's word by this appointment; null where it is. */
export function vouchFault(receipt: SignedReceipt, appointment: SignedAppointment): string | null {
  const { taskId, nodeKey, fromRound, receiptKey } = appointment;
  if (!equalBytes(taskId, receipt.taskId) || !equalBytes(nodeKey, receipt.nodeKey)) {
    return 'another node or task appointed the key';
  }
  if (fromRound > receipt.round) return `the key was not appointed before round ${fromRound}`;
  if (!isAppointed(appointment, taskId, nodeKey)) return 'the key was not appointed by the node key';
  return isSigned(receipt, receiptKey) ? null : 'the signature is not of the appointed key';
}

function membershipOf(
  { minerId, shareHash }: SignedReceipt,
  proof: Uint8Array | null,
  root: Uint8Array | null,
): Membership | null {
  return proof === null || root === null ? null : verifyMembershipProof(proof, root, minerId, shareHash);
}

function isOfClaim({ round, taskId, nodeKey }: SignedReceipt, claim: Claim): boolean {
  return round === claim.round && equalBytes(taskId, claim.taskId) && equalBytes(nodeKey, claim.nodeKey);
}

/** Null where the package does not say: it has no records, and a row of the miner. */
function isInPackage(receipt: SignedReceipt, pack: ClaimPackage, network: Network): boolean | null {
  if (pack.claim.tier === 'sampled') {
    const hasRow = pack.tables.miners.some(({ minerId }) => equalBytes(minerId, receipt.minerId));
    return hasRow ? null : false;
  }
  let found = false;
  recountPackage(pack, network, ({ hash }) => {
    if (equalBytes(hash, receipt.shareHash)) found = true;
  });
  return found;
}
