/** A submission as it stands on K2, where a text is filled up with spaces. */
import { decodeSubmission, type Submission, SubmissionError } from '../../../../src/rounds/index.js';
import {
  type ChainSubmission,
  type KoiiNode,
  KoiiNodeError,
  type SubmissionInfo,
} from '../koii/koii-node.js';

/** Null for what is none of this format, or of another round. */
export function readSubmission(
  { submission_value }: Pick<ChainSubmission, 'submission_value'>,
  round: number,
): Submission | null {
  try {
    const submission = decodeSubmission(submission_value.replace(/ +$/, ''));
    return submission.round === BigInt(round) ? submission : null;
  } catch (error) {
    if (error instanceof SubmissionError) return null;
    throw error;
  }
}

/** Null for none. */
export function submissionOf(
  info: SubmissionInfo | null,
  round: number,
  key: string,
): ChainSubmission | null {
  return info?.submissions[round]?.[key] ?? null;
}

/** True where the chain cannot be asked. */
export async function hasSubmitted(
  node: Pick<KoiiNode, 'submissionInfo'>,
  round: number,
  key: string,
): Promise<boolean> {
  if (round < 0) return false;
  try {
    return submissionOf(await node.submissionInfo(round), round, key) !== null;
  } catch (error) {
    if (error instanceof KoiiNodeError) return true;
    throw error;
  }
}
