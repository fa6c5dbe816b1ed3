/**
 * Checks 30 to 34 in their order. The claim that a proof is of is examined again, as in its own round: one that was
 * late there, or has a forged table, earns nothing, however well its shares are proven.
 */
import type { Network } from '../bitcoin/index.js';
import type { Submission } from '../rounds/index.js';
import { Findings } from './audit-report.js';
import type { AuditSubject, ClaimBefore } from './audit-subject.js';
import { type Around, type Examined, type ExaminedClaim, examineClaim, skipFrom } from './examine-claim.js';
import { type Finding, failed, PASSED, unknown, unweighed } from './finding.js';
import { isSampled, proofMissing, proofShares, proofUnavailable, readProof } from './proof-checks.js';
import { submissionForm } from './submission-checks.js';
import { tip } from './tip-check.js';

/** The work that is proven of the claim before; null after a failure. */
export function examineProof(
  submission: Submission,
  { before, network }: AuditSubject,
  around: Around,
  findings: Findings,
): bigint | null {
  if (before === 'unknown' && submission.proofCid !== null) {
    const reason = 'what this key submitted for the round before is not known here';
    skipFrom('proof-missing', 'proof-unavailable', reason, findings);
    findings.note('proof-form', unknown(reason));
    return 0n;
  }
  const earlier =
    before === null || before === 'unknown' ? null : submissionForm(before.claim.submission).submission;
  if (before === null || before === 'unknown' || !isSampled(earlier)) {
    const reason = 'the key has no sampled claim of the round before';
    if (submission.proofCid === null) {
      skipFrom('proof-missing', 'proof-shares', reason, findings);
      return 0n;
    }
    skipFrom('proof-missing', 'proof-unavailable', reason, findings);
    findings.note('proof-form', failed('no proof', `the proof ${submission.proofCid}: ${reason}`));
    return null;
  }
  const missing = proofMissing(submission);
  findings.note('proof-missing', missing);
  if (missing.kind !== 'passed') {
    skipFrom('proof-unavailable', 'proof-shares', 'no proof is carried', findings);
    return 0n;
  }
  if (!findings.note('proof-unavailable', proofUnavailable(submission, before))) return null;
  return provenBy(before, examined(before, around), { submission, network, findings });
}

interface Earlier {
  readonly claim: Examined | null;
  readonly findings: Findings;
}

function examined({ claim }: ClaimBefore, around: Around): Earlier {
  const findings = new Findings();
  const found = examineClaim(claim, around, findings);
  if (found?.kind === 'claim') findings.note('tip', tip(found.submission, found.package));
  return { claim: found, findings };
}

interface Carrying {
  readonly submission: Submission;
  readonly network: Network;
  readonly findings: Findings;
}

/** A claim that was invalid in its own round earns nothing, whatever is proven of it. */
function provenBy(
  { proof, beacon, claim: { round } }: ClaimBefore,
  earlier: Earlier,
  { submission, network, findings }: Carrying,
): bigint | null {
  const verdict = earlier.findings.verdict();
  if (verdict.kind === 'invalid') {
    findings.note(
      'proof-missing',
      unweighed('a valid claim of the round before', `it failed check ${verdict.check}`),
    );
    skipFrom('proof-form', 'proof-shares', 'the claim of the round before is invalid', findings);
    return 0n;
  }
  if (beacon === null) {
    findings.note('proof-form', unknown('the beacon of the round before is not known here yet'));
    return 0n;
  }
  const { package: opened, chain } = earlier.claim as ExaminedClaim; // sampled, and nothing failed
  const reading = readProof(proof as Uint8Array, submission, opened, beacon, network);
  for (const check of ['proof-form', 'proof-draws', 'proof-shares'] as const) {
    if (reading.kind === 'refused' && reading.check === check) {
      findings.note(check, reading.finding);
      return null;
    }
    findings.note(check, PASSED);
  }
  const times: Finding = reading.kind === 'read' ? proofShares(reading.shares, opened, chain, round) : PASSED;
  const isOpen = verdict.kind === 'abstain' && times.kind === 'passed';
  return findings.note('proof-shares', isOpen ? unknown(verdict.reason) : times) ? opened.claim.total : null;
}
