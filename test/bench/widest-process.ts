/**
 * Audits the costliest package of the kind that its argument names, and prints what that took as JSON: decoding, what a
 * whole audit reads of it, and the memory. A process of its own, so that the memory is this package's.
 */

import { chainQuestions } from '../../src/audit/index.js';
import { decodePackage } from '../../src/rounds/index.js';
import { audited, BINDING, claimUnderAudit, subjectOf } from '../unit/audit/audit-source.js';
import { widePackage } from '../unit/rounds/wide-packages.js';
import { WIDEST } from './widest-packages.js';

export interface WidestCosts {
  readonly bytes: number;
  readonly rows: number;
  /** Of all cores, because others may be using them as well. */
  readonly decodeMs: number;
  /** Reading included. */
  readonly auditMs: number;
  readonly heapBytes: number;
  /** Of the checks. */
  readonly passed: number;
  readonly verdict: string;
}

function spentMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}

const bytes = widePackage({ ...WIDEST[process.argv[2]!]!, binding: BINDING });
const { cid, claim } = decodePackage(bytes, null);
const packed = { bytes, cid, claim };
const subject = claimUnderAudit(packed);
global.gc?.();
const before = process.memoryUsage();
const decoding = process.cpuUsage();
const opened = decodePackage(bytes, cid);
const decodeMs = spentMs(decoding);
const after = process.memoryUsage();
const auditing = process.cpuUsage();
chainQuestions(subjectOf(subject));
const { verdict, checks } = audited(subject);
const costs: WidestCosts = {
  ...{ bytes: bytes.length, rows: Object.values(opened.tables).reduce((sum, { length }) => sum + length, 0) },
  ...{ decodeMs, auditMs: spentMs(auditing) },
  heapBytes: after.heapUsed + after.external - before.heapUsed - before.external,
  passed: checks.filter(({ outcome }) => outcome === 'passed').length,
  verdict: verdict.kind === 'invalid' ? `check ${verdict.check}` : verdict.kind,
};
process.stdout.write(JSON.stringify(costs));
