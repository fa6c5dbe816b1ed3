/** Which blocks an audit needs to hear of, so that a caller with a bitcoind can ask beforehand. */
import { sha256d, toDisplayHex } from '../lib/index.js';
import type { Submission } from '../rounds/index.js';
import type { AuditSubject, ClaimUnderAudit } from './audit-subject.js';
import { CLOCK_SECONDS, MARGIN_SECONDS } from './chain-facts.js';
import { codeOf } from './finding.js';
import { openPackage } from './package-checks.js';
import { openSubmission } from './submission-checks.js';

/**
 * The hashes, in display order, whose facts `audit` will ask for, in that order. Whoever meets one that its node, in
 * step, does not know may stop asking: no later one will matter. Empty for bytes that cannot be read.
 */
export function chainQuestions({ claim, before }: Pick<AuditSubject, 'claim' | 'before'>): string[] {
  const asked = new Set<string>();
  try {
    const submission = openSubmission(claim.submission);
    addBlocks(claim, submission, asked);
    if (before === null || before === 'unknown' || submission.proofCid === null) return [...asked];
    addBlocks(before.claim, openSubmission(before.claim.submission), asked);
  } catch (error) {
    codeOf(error); // what cannot be read is the audit's to say
  }
  return [...asked];
}

/** Between these times, in seconds, a block may have been the tip for what the claims rest on. */
export interface ChainWindow {
  readonly from: number;
  readonly to: number;
}

export function chainWindow({ claim, before }: Pick<AuditSubject, 'claim' | 'before'>): ChainWindow {
  const rounds = claimsOf(claim, before).map(({ round }) => round);
  return {
    from: Math.min(...rounds.map(({ startTime }) => startTime)) - MARGIN_SECONDS - CLOCK_SECONDS,
    to: Math.max(...rounds.map(({ endTime }) => endTime)) + MARGIN_SECONDS + CLOCK_SECONDS,
  };
}

/**
 * Headers that the claims show of blocks which lost their race, by hash in display order: a bitcoind that does not know
 * one may be given it. Empty for bytes that cannot be read.
 */
export function shownHeaders({
  claim,
  before,
}: Pick<AuditSubject, 'claim' | 'before'>): Map<string, Uint8Array> {
  const shown = new Map<string, Uint8Array>();
  for (const each of claimsOf(claim, before)) {
    try {
      const submission = openSubmission(each.submission);
      if (submission.kind === 'idle' || each.package === 'unavailable') continue;
      for (const header of openPackage(each.package, submission).beside) {
        shown.set(toDisplayHex(sha256d(header)), header);
      }
    } catch (error) {
      codeOf(error); // what cannot be read is the audit's to say
    }
  }
  return shown;
}

function addBlocks(claim: ClaimUnderAudit, submission: Submission, asked: Set<string>): void {
  if (submission.kind === 'idle' || claim.package === 'unavailable') return;
  const { tables } = openPackage(claim.package, submission);
  for (const { prevHash } of tables.templates) asked.add(toDisplayHex(prevHash));
}

function claimsOf(claim: ClaimUnderAudit, before: AuditSubject['before']): ClaimUnderAudit[] {
  return before === null || before === 'unknown' ? [claim] : [claim, before.claim];
}
