/**
 * Checks 1 to 22: a submission, and its claim as far as the package's header and tables tell it. A sampled claim is
 * examined so twice: in its own round, and with the proof that the next one carries.
 */
import type { Network } from '../bitcoin/index.js';
import type { ClaimPackage, ClaimSubmission, Submission } from '../rounds/index.js';
import type { Findings } from './audit-report.js';
import type { AuditSubject, ClaimUnderAudit, RoundUnderAudit, VerifySignature } from './audit-subject.js';
import { ChainView } from './chain-facts.js';
import { CHECKS, type CheckName } from './check-list.js';
import {
  claimBinding,
  claimFigures,
  claimRootIs,
  payoutForm,
  receiptKey,
  reserveEpoch,
} from './claim-checks.js';
import {
  coinbaseForm,
  coinbaseHeight,
  coinbaseOutputs,
  coinbaseTags,
  coinbaseValue,
  type JobRow,
  type ReadShapeRow,
} from './coinbase-checks.js';
import { layoutOf } from './coinbase-layout.js';
import { overAll, PASSED, skipped } from './finding.js';
import { packageForm, unavailable } from './package-checks.js';
import { stake, submissionForm, submissionLate, submissionRound } from './submission-checks.js';
import { branchLength, nbits, prevhashChain, prevhashRound } from './template-checks.js';

/** A claim that passed, or whose only open questions are the chain's. */
export interface ExaminedClaim {
  readonly kind: 'claim';
  readonly submission: ClaimSubmission;
  readonly package: ClaimPackage;
  readonly chain: ChainView;
  readonly jobs: readonly JobRow[];
}

export type Examined = ExaminedClaim | { readonly kind: 'idle'; readonly submission: Submission };

export type Around = Pick<AuditSubject, 'submitter' | 'network' | 'chain'> & {
  readonly verify: VerifySignature;
};

/** Null after a failure. */
export function examineClaim(claim: ClaimUnderAudit, around: Around, findings: Findings): Examined | null {
  const { round } = claim;
  const { finding, submission } = submissionForm(claim.submission);
  if (!findings.note('submission-form', finding) || submission === null) return null;
  const isOnTime = findings.inTurn([
    ['submission-round', () => submissionRound(submission, round)],
    ['submission-late', () => submissionLate(round)],
    ['stake', () => stake(submission, round)],
  ]);
  if (!isOnTime) return null;
  if (submission.kind === 'idle') {
    skipFrom('unavailable', 'miner-row', 'an idle submission claims nothing', findings);
    return { kind: 'idle', submission };
  }
  const opened = openClaim(claim, submission, findings);
  if (opened === null || !bindsRight(opened, submission, round, around, findings)) return null;
  const chain = new ChainView(around.chain, opened, round.endTime);
  const jobs = examineTables(opened, { chain, round, network: around.network }, findings);
  return jobs === null ? null : { kind: 'claim', submission, package: opened, chain, jobs };
}

/** Both included. */
export function skipFrom(first: CheckName, last: CheckName, reason: string, findings: Findings): void {
  const names = CHECKS.map(({ name }) => name as CheckName);
  for (const name of names.slice(names.indexOf(first), names.indexOf(last) + 1)) {
    if (findings.of(name) === undefined) findings.note(name, skipped(reason));
  }
}

function openClaim(
  claim: ClaimUnderAudit,
  submission: ClaimSubmission,
  findings: Findings,
): ClaimPackage | null {
  if (!findings.note('unavailable', unavailable(claim.package, submission))) return null;
  const read = packageForm(claim.package as Uint8Array, submission);
  findings.note(read.check, read.finding);
  return read.package;
}

function bindsRight(
  opened: ClaimPackage,
  submission: ClaimSubmission,
  round: RoundUnderAudit,
  { submitter, network, verify }: Around,
  findings: Findings,
): boolean {
  return findings.inTurn([
    ['claim-root', () => claimRootIs(opened, submission)],
    ['claim-figures', () => claimFigures(opened, submission)],
    ['claim-binding', () => claimBinding(opened, round, submitter)],
    ['reserve-epoch', () => reserveEpoch(opened, round)],
    ['receipt-key', () => receiptKey(opened, round, verify)],
    ['miner-sums', () => PASSED], // or the package had not been read
    ['payout-form', () => payoutForm(opened, network)],
  ]);
}

interface Standing {
  readonly chain: ChainView;
  readonly round: RoundUnderAudit;
  readonly network: Network;
}

function examineTables(
  opened: ClaimPackage,
  { chain, round, network }: Standing,
  findings: Findings,
): JobRow[] | null {
  const { tables } = opened;
  const longest = tables.signatures.reduce((most, { length }) => Math.max(most, length), 0);
  const templates = tables.templates.map((template, number) => ({
    number,
    template,
    onChain: chain.block(template.prevHash),
  }));
  const rows = tables.shapes.map((shape, number) => ({ number, shape, reading: layoutOf(shape) }));
  const form = overAll(rows, (row) => coinbaseForm(row, longest));
  if (!findings.note('coinbase-form', form)) return null;
  const shapes = rows as ReadShapeRow[]; // as check 14 has found
  const jobs = tables.jobs.map(({ template, shape }) => ({
    template: templates[template]!,
    shape: shapes[shape]!,
  }));
  const isSound = findings.inTurn([
    ['coinbase-height', () => overAll(jobs, coinbaseHeight)],
    ['coinbase-outputs', () => overAll(shapes, (row) => coinbaseOutputs(row, opened))],
    ['coinbase-tags', () => overAll(shapes, coinbaseTags)],
    ['coinbase-value', () => overAll(jobs, (job) => coinbaseValue(job, network.halvingBlocks))],
    ['branch-length', () => overAll(templates, branchLength)],
    ['prevhash-chain', () => overAll(templates, prevhashChain)],
    ['prevhash-round', () => overAll(templates, (row) => prevhashRound(row, round))],
    ['nbits', () => overAll(templates, (row) => nbits(row, network))],
  ]);
  return isSound ? jobs : null;
}
