/**
 * Audits the claim of a round of as many real shares as its argument says and prints what that took as JSON; of a
 * sampled one, the submission that carries its proof. A process of its own, because what hashes is chosen when one starts.
 */
import {
  type AuditReport,
  type ClaimBefore,
  type ClaimUnderAudit,
  MARGIN_SECONDS,
} from '../../src/audit/index.js';
import { shareHasher, utf8 } from '../../src/lib/index.js';
import { encodeSubmission, FULL_TIER_SHARES, proveDraws } from '../../src/rounds/index.js';
import { audited, claimUnderAudit, JOBS, packedOf, START, worked } from '../unit/audit/audit-source.js';
import { bytesOf } from '../unit/rounds/claim-source.js';
import { median } from './medians.js';

const BRANCH = 12;
const MINERS = 100;
const RUNS = 7;

export interface AuditCosts {
  /** What hashed the shares. */
  readonly name: string;
  readonly firstMs: number;
  readonly medianMs: number;
}

const shares = Number(process.argv[2]);
const isSampled = shares > FULL_TIER_SHARES;
const branch = Array.from({ length: BRANCH }, (_, i) => bytesOf(`branch ${i}`));
const jobs = JOBS.map(({ template, shape }) => ({ template: { ...template, branch }, shape }));
const made = worked({ jobs, shares, miners: MINERS, time: () => START + MARGIN_SECONDS });
const claim = claimUnderAudit(packedOf(made.built));

function carrying(): { idle: ClaimUnderAudit; before: ClaimBefore } {
  const beacon = bytesOf('beacon');
  const { bytes, cid } = proveDraws(made.built, beacon, (added) => made.records[added]!);
  const text = encodeSubmission({
    kind: 'idle',
    round: claim.round.round + 1n,
    proofCid: cid,
    storeCid: null,
  });
  return {
    idle: { ...claim, submission: utf8(text), round: { ...claim.round, round: claim.round.round + 1n } },
    before: { claim, proof: bytes, beacon },
  };
}

const { idle, before } = isSampled ? carrying() : { idle: claim, before: null };

function unread(of: ClaimUnderAudit): ClaimUnderAudit {
  return of.package === 'unavailable' ? of : { ...of, package: of.package.slice() };
}

function once(): { report: AuditReport; tookMs: number } {
  // Bytes that were opened before are not read again.
  const subject = isSampled ? idle : unread(idle);
  const proven = before && { ...before, claim: unread(before.claim) };
  const startMs = performance.now();
  const report = audited(subject, { before: proven });
  return { report, tookMs: performance.now() - startMs };
}

const runs = Array.from({ length: RUNS }, once);
for (const { report } of runs) {
  if (report.weight !== made.built.claim.total) throw new Error(JSON.stringify(report.verdict));
}
const costs: AuditCosts = {
  name: shareHasher.name,
  firstMs: runs[0]!.tookMs,
  medianMs: median(runs.map(({ tookMs }) => tookMs)),
};
process.stdout.write(JSON.stringify(costs));
