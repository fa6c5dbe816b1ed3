/** Checks 30 to 34: the proof of draws that a submission carries for the sampled claim of the round before. */
import type { Network } from '../bitcoin/index.js';
import { errorMessage } from '../lib/index.js';
import {
  type ClaimPackage,
  type CountedShare,
  FULL_TIER_SHARES,
  type Submission,
  verifyDraws,
} from '../rounds/index.js';
import type { ClaimBefore, RoundUnderAudit } from './audit-subject.js';
import type { ChainView } from './chain-facts.js';
import { codeOf, type Finding, failed, PASSED, unweighed } from './finding.js';
import { shareTimes } from './share-checks.js';

/** Of the submission for the round before; null where there is none, or none that reads. */
export function isSampled(before: Submission | null): boolean {
  return before?.kind === 'claim' && before.count > BigInt(FULL_TIER_SHARES);
}

export function proofMissing({ proofCid }: Submission): Finding {
  return proofCid === null ? unweighed('a proof of draws', 'none') : PASSED;
}

/** That claim's package is needed as much as the proof. */
export function proofUnavailable({ proofCid }: Submission, { claim, proof }: ClaimBefore): Finding {
  if (proof !== 'unavailable' && claim.package !== 'unavailable') return PASSED;
  const missing =
    proof === 'unavailable' ? `the proof ${proofCid}` : 'the package of the claim that it is of';
  return failed(missing, 'nobody who has it');
}

export type ProofReading =
  | { readonly kind: 'read'; readonly shares: readonly CountedShare[] }
  | {
      readonly kind: 'refused';
      readonly check: 'proof-form' | 'proof-draws' | 'proof-shares';
      readonly finding: Finding;
    };

const CHECK_OF_CODE: Readonly<Record<string, 'proof-draws' | 'proof-shares'>> = {
  PROOF_DRAWS: 'proof-draws',
  RECORD_REFERENCE: 'proof-shares',
  BITS_NOT_CANONICAL: 'proof-shares',
  WORK_OUT_OF_BOUNDS: 'proof-shares',
  VERSION_BITS: 'proof-shares',
  LOW_DIFFICULTY: 'proof-shares',
  MINER_ROW: 'proof-shares',
};

export function readProof(
  proof: Uint8Array,
  { proofCid }: Submission,
  from: ClaimPackage,
  beacon: Uint8Array,
  network: Network,
): ProofReading {
  try {
    return { kind: 'read', shares: verifyDraws(proof, proofCid, from, beacon, network) };
  } catch (error) {
    const code = codeOf(error);
    const finding = failed(`the proof ${proofCid}`, `${code}: ${errorMessage(error)}`);
    return { kind: 'refused', check: CHECK_OF_CODE[code] ?? 'proof-form', finding };
  }
}

export function proofShares(
  shares: readonly CountedShare[],
  from: ClaimPackage,
  chain: ChainView,
  round: RoundUnderAudit,
): Finding {
  return shareTimes(
    shares.map(({ record }) => record),
    from,
    chain,
    round,
  );
}
