/** Checks 1 to 4, of the submission as it stands on K2. */
import { errorMessage, toHex } from '../lib/index.js';
import { decodeSubmission, type Submission } from '../rounds/index.js';
import type { RoundUnderAudit } from './audit-subject.js';
import { codeOf, type Finding, failed, PASSED, skipped } from './finding.js';

const SPACE = 0x20;

/** Throws `SubmissionError`. A character a byte: UTF-8 would have two spellings of one text, with its mark and without. */
export function openSubmission(bytes: Uint8Array): Submission {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === SPACE) end--;
  let text = '';
  for (const byte of bytes.subarray(0, end)) text += String.fromCharCode(byte);
  return decodeSubmission(text);
}

export function submissionForm(bytes: Uint8Array): { finding: Finding; submission: Submission | null } {
  try {
    return { finding: PASSED, submission: openSubmission(bytes) };
  } catch (error) {
    const found = `${codeOf(error)}: ${errorMessage(error)} (${toHex(bytes.subarray(0, 512))})`;
    return { finding: failed('a submission of format orc1', found), submission: null };
  }
}

export function submissionRound(submission: Submission, { round }: RoundUnderAudit): Finding {
  return submission.round === round ? PASSED : failed(`round ${round}`, `round ${submission.round}`);
}

export function submissionLate({ submissionSlot, deadlineSlot }: RoundUnderAudit): Finding {
  if (submissionSlot <= deadlineSlot) return PASSED;
  return failed(`a slot up to ${deadlineSlot}`, `slot ${submissionSlot}`);
}

export function stake(submission: Submission, { stakeRoe }: RoundUnderAudit): Finding {
  if (submission.kind === 'idle') return skipped('an idle submission states no stake');
  if (submission.stake <= stakeRoe) return PASSED;
  return failed(`at most the ${stakeRoe} roe on chain`, `${submission.stake} roe`);
}
