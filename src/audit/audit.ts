/**
 * The audit of one submission: the numbered checks of docs/claim-format.md in their order, and the verdict. Data in,
 * data out. A failure ends it, because nothing behind it could make the submission valid; what our own bitcoind does
 * not know does not end it, because the bytes alone may show a fault that every node finds.
 *
 * It never throws: an error that no check expects is a fault of this program, and no reason to vote.
 */
import { errorMessage } from '../lib/index.js';
import { type AuditReport, Findings } from './audit-report.js';
import type { AuditSubject, ClaimBefore, VerifySignature } from './audit-subject.js';
import type { CheckName } from './check-list.js';
import { coinbaseFees } from './coinbase-checks.js';
import { type Around, type Examined, type ExaminedClaim, examineClaim, skipFrom } from './examine-claim.js';
import { type Finding, overAll, PASSED, skipped, unknown, unweighed } from './finding.js';
import { blocksTooFew, blockWithheld, staleSeen } from './observer-checks.js';
import { isSampled, proofMissing, proofShares, proofUnavailable, readProof } from './proof-checks.js';
import { type Recounted, recordsOf, recounted, SHARE_CHECKS, shareTimes } from './share-checks.js';
import { submissionForm } from './submission-checks.js';
import { tip } from './tip-check.js';

export function audit(subject: AuditSubject, verify: VerifySignature): AuditReport {
  const findings = new Findings();
  try {
    const work = examine(subject, verify, findings);
    return findings.report(findings.verdict(), work.own, work.proven);
  } catch (error) {
    return findings.report(
      { kind: 'abstain', reason: `the audit broke off: ${errorMessage(error)}` },
      0n,
      0n,
    );
  }
}

interface Work {
  readonly own: bigint;
  readonly proven: bigint;
}

const NONE: Work = { own: 0n, proven: 0n };

function examine(subject: AuditSubject, verify: VerifySignature, findings: Findings): Work {
  const around: Around = { ...subject, verify };
  const examined = examineClaim(subject.claim, around, findings);
  if (examined === null) return NONE;
  const isFull = examined.kind === 'claim' && examined.package.claim.tier === 'full';
  let counted: Recounted | null = null;
  if (examined.kind === 'claim' && isFull) {
    counted = examineRecords(examined, subject, findings);
    if (counted === null) return NONE;
  } else {
    skipFrom('share-time', 'miner-row', 'a sampled package has no records', findings);
  }
  const proven = examineProof(examined, subject, around, findings);
  if (proven === null) return NONE;
  const tipFinding =
    examined.kind === 'claim'
      ? tip(examined.submission, examined.chain)
      : skipped('an idle submission names no tip');
  if (!findings.note('tip', tipFinding)) return NONE;
  examineAsObserver(examined, counted, subject, findings);
  return { own: examined.kind === 'claim' && isFull ? examined.package.claim.total : 0n, proven };
}

/** Null after a failure. */
function examineRecords(
  { package: opened, chain }: ExaminedClaim,
  { claim, network }: AuditSubject,
  findings: Findings,
): Recounted | null {
  const records = recordsOf(opened);
  if (!findings.note('share-time', shareTimes(records, opened, chain, claim.round))) return null;
  const result = recounted(opened, records, network);
  // A row that no record uses is a fault of the package, found between 27 and 28.
  const end = result.fault?.check === 'package-form' ? 'records-order' : result.fault?.check;
  for (const check of SHARE_CHECKS) {
    if (check === end) break;
    findings.note(check, PASSED);
  }
  if (result.fault === null) return result;
  findings.note(result.fault.check, result.fault.finding);
  return null;
}

/** The work that is proven of the claim before; null after a failure. */
function examineProof(
  { submission }: Examined,
  subject: AuditSubject,
  around: Around,
  findings: Findings,
): bigint | null {
  const { before } = subject;
  const earlier = before === null ? null : submissionForm(before.claim.submission).submission;
  if (before === null || !isSampled(earlier)) {
    const reason = 'the key has no sampled claim of the round before';
    if (submission.proofCid === null) {
      skipFrom('proof-missing', 'proof-shares', reason, findings);
      return 0n;
    }
    skipFrom('proof-missing', 'proof-unavailable', reason, findings);
    findings.note('proof-form', {
      kind: 'failed',
      evidence: { expected: 'no proof', found: `the proof ${submission.proofCid}: ${reason}` },
    });
    return null;
  }
  const missing = proofMissing(submission);
  findings.note('proof-missing', missing);
  if (missing.kind !== 'passed') {
    skipFrom('proof-unavailable', 'proof-shares', 'no proof is carried', findings);
    return 0n;
  }
  if (!findings.note('proof-unavailable', proofUnavailable(submission, before))) return null;
  return provenBy(before, examined(before, around), { submission, subject, findings });
}

interface Earlier {
  readonly claim: Examined | null;
  readonly findings: Findings;
}

function examined({ claim }: ClaimBefore, around: Around): Earlier {
  const findings = new Findings();
  const found = examineClaim(claim, around, findings);
  if (found?.kind === 'claim') findings.note('tip', tip(found.submission, found.chain));
  return { claim: found, findings };
}

interface Carrying {
  readonly submission: Examined['submission'];
  readonly subject: AuditSubject;
  readonly findings: Findings;
}

/** A claim that was invalid in its own round earns nothing, whatever is proven of it. */
function provenBy(
  { proof, beacon, claim: { round } }: ClaimBefore,
  earlier: Earlier,
  { submission, subject, findings }: Carrying,
): bigint | null {
  const verdict = earlier.findings.verdict();
  if (earlier.claim?.kind !== 'claim' || verdict.kind === 'invalid') {
    const check = verdict.kind === 'invalid' ? verdict.check : 0;
    findings.note(
      'proof-missing',
      unweighed('a valid claim of the round before', `it failed check ${check}`),
    );
    skipFrom('proof-form', 'proof-shares', 'the claim of the round before is invalid', findings);
    return 0n;
  }
  if (beacon === null) {
    findings.note('proof-form', unknown('the beacon of the round before is not known here yet'));
    return 0n;
  }
  const { package: opened, chain } = earlier.claim;
  const reading = readProof(proof as Uint8Array, submission, opened, beacon, subject.network);
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

function examineAsObserver(
  examinedClaim: Examined,
  counted: Recounted | null,
  { observer, network }: AuditSubject,
  findings: Findings,
): void {
  const { bestFeesSats, replacedAt, blocksKnown, blocksFound } = observer;
  const asks = (check: CheckName, finding: Finding | null): void => {
    findings.note(check, finding ?? skipped('this observer has nothing to compare with'));
  };
  const claim = examinedClaim.kind === 'claim' ? examinedClaim : null;
  asks(
    'coinbase-fees',
    bestFeesSats &&
      claim &&
      overAll(claim.jobs, (job) => coinbaseFees(job, network.halvingBlocks, bestFeesSats)),
  );
  asks(
    'stale-seen',
    replacedAt && claim && counted && staleSeen(recordsOf(claim.package), claim.package, replacedAt),
  );
  asks('block-withheld', blocksKnown && counted && blockWithheld(counted.blocks, blocksKnown));
  asks('blocks-too-few', blocksFound && blocksTooFew(blocksFound));
}
