/** Which blocks an audit needs to hear of, so that a caller with a bitcoind can ask beforehand. */
import { toDisplayHex } from '../lib/index.js';
import type { AuditSubject, ClaimUnderAudit } from './audit-subject.js';
import { openPackage } from './package-checks.js';
import { openSubmission } from './submission-checks.js';

/**
 * The hashes, in display order, whose facts `audit` will ask for, in that order. Whoever meets one that its node, in
 * step, does not know may stop asking: no later one will matter. Empty for bytes that cannot be read.
 */
export function chainQuestions({ claim, before }: Pick<AuditSubject, 'claim' | 'before'>): string[] {
  const asked = new Set<string>();
  for (const each of before === null ? [claim] : [claim, before.claim]) {
    for (const hash of blocksNamed(each)) asked.add(hash);
  }
  return [...asked];
}

function blocksNamed(claim: ClaimUnderAudit): string[] {
  try {
    const submission = openSubmission(claim.submission);
    if (submission.kind === 'idle' || claim.package === 'unavailable') return [];
    const { tables } = openPackage(claim.package, submission);
    return [...tables.templates.map(({ prevHash }) => prevHash), submission.tipHash].map(toDisplayHex);
  } catch {
    return []; // what cannot be read is the audit's to say
  }
}
