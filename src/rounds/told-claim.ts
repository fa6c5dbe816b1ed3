/**
 * A closed round's claim as a node tells it (`GET /submission/:round`), and the submission it makes. The Koii task makes
 * it for its own node, an auditor for a node it asked.
 */
import { fromDisplayHex } from '../lib/index.js';
import { Cid } from './cid.js';
import { type ClaimSubmission, hashOfText } from './submission.js';

export interface ToldClaim {
  /** Base64url. */
  readonly root: string;
  /** Decimal. */
  readonly work: string;
  readonly count: string;
  readonly miners: number;
  readonly tip_height: number;
  /** Display order. */
  readonly tip_hash: string;
  readonly package_cid: string;
}

/** Throws `SubmissionError`, `PackageError` and `HexError` for what is no claim. */
export function submissionOfTold(
  round: bigint,
  claim: ToldClaim,
  more: Pick<ClaimSubmission, 'proofCid' | 'storeCid' | 'stake'>,
): ClaimSubmission {
  return {
    kind: 'claim',
    round,
    root: hashOfText('root', claim.root),
    work: BigInt(claim.work),
    count: BigInt(claim.count),
    miners: claim.miners,
    tipHeight: claim.tip_height,
    tipHash: fromDisplayHex(claim.tip_hash),
    packageCid: Cid.parse(claim.package_cid),
    ...more,
  };
}
