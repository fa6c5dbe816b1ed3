/**
 * The audit of one submission: the numbered checks of docs/claim-format.md in their order, and the verdict. Data in,
 * data out. A failure ends it, because nothing behind it could make the submission valid; what our own bitcoind does
 * not know does not end it, because the bytes alone may show a fault that every node finds.
 *
 * It never throws: an error that no check expects is a fault of this program, and no reason to vote.
 */
import { errorMessage, toDisplayHex } from '../lib/index.js';
import { type AuditedWork, type AuditReport, Findings } from './audit-report.js';
import type { AuditSubject, BlocksFound, VerifySignature } from './audit-subject.js';
import type { ChainView } from './chain-facts.js';
import type { CheckName } from './check-list.js';
import { coinbaseFees } from './coinbase-checks.js';
import { type Around, type Examined, type ExaminedClaim, examineClaim, skipFrom } from './examine-claim.js';
import { examineProof } from './examine-proof.js';
import { type Finding, overAll, PASSED, skipped } from './finding.js';
import { blocksTooFew, blockWithheld, claimBlocks, type HeightsSeen, staleSeen } from './observer-checks.js';
import { type Recounted, recordsOf, recounted, SHARE_CHECKS, shareTimes } from './share-checks.js';
import { tip } from './tip-check.js';

export function audit(subject: AuditSubject, verify: VerifySignature): AuditReport {
  const findings = new Findings();
  try {
    const work = examine(subject, verify, findings);
    return findings.report(findings.verdict(), work);
  } catch (error) {
    return findings.report({ kind: 'abstain', reason: `the audit broke off: ${errorMessage(error)}` }, NONE);
  }
}

const NOTHING_ASKED: Pick<AuditSubject, 'chain' | 'observer'> = {
  chain: null,
  observer: { bestFeesSats: null, replacedAt: null, blocksKnown: null, blocksFound: null },
};

/**
 * The audit as far as bytes, proof of work and K2 decide it: what no bitcoind need be asked about. Null for a submission
 * that they leave standing, which `audit` judges with what the chain says.
 */
export function auditOfBytes(
  subject: Omit<AuditSubject, keyof typeof NOTHING_ASKED>,
  verify: VerifySignature,
): AuditReport | null {
  const report = audit({ ...subject, ...NOTHING_ASKED }, verify);
  return report.verdict.kind === 'invalid' ? report : null;
}

const NONE: AuditedWork = { own: 0n, proven: 0n, blocks: null };

function examine(subject: AuditSubject, verify: VerifySignature, findings: Findings): AuditedWork {
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
  const proven = examineProof(examined.submission, subject, around, findings);
  if (proven === null) return NONE;
  const tipFinding =
    examined.kind === 'claim'
      ? tip(examined.submission, examined.package)
      : skipped('an idle submission names no tip');
  if (!findings.note('tip', tipFinding)) return NONE;
  const blocks = examineAsObserver(examined, counted, subject, findings);
  return { own: examined.kind === 'claim' && isFull ? examined.package.claim.total : 0n, proven, blocks };
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

/** The blocks of this claim; null where it has no records, or this observer cannot tell. */
function examineAsObserver(
  examined: Examined,
  counted: Recounted | null,
  { observer, network }: AuditSubject,
  findings: Findings,
): BlocksFound | null {
  const { bestFeesSats, replacedAt, blocksKnown, blocksFound } = observer;
  const asks = (check: CheckName, finding: Finding | null): void => {
    findings.note(check, finding ?? skipped('this observer has nothing to compare with'));
  };
  const claim = examined.kind === 'claim' ? examined : null;
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
  const seen = blocksKnown && claim && heightsSeen(blocksKnown, replacedAt, claim.chain);
  asks('block-withheld', seen && counted && blockWithheld(counted.blocks, seen));
  const blocks = seen && counted && claimBlocks(counted, seen);
  const { expected, found } = blocks ?? { expected: 0, found: 0 };
  asks(
    'blocks-too-few',
    blocksFound &&
      blocksTooFew({ expected: blocksFound.expected + expected, found: blocksFound.found + found }),
  );
  return blocks;
}

/** By the observer's own clock where it was there, else by the time in the header of the block that came. */
function heightsSeen(
  blocks: HeightsSeen['blocks'],
  replacedAt: ReadonlyMap<string, number> | null,
  chain: ChainView,
): HeightsSeen {
  return {
    blocks,
    replaced: (prevHash) => {
      const seconds = replacedAt?.get(toDisplayHex(prevHash));
      if (seconds !== undefined) return seconds;
      const answer = chain.block(prevHash);
      return answer.kind === 'known' ? answer.block.nextTime : null;
    },
  };
}
