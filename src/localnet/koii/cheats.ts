/** What a node that cheats makes of the submission its task gave it. Only emulated nodes know of these. */
import { decodeSubmission, encodeSubmission } from '../../rounds/index.js';

export type Cheat = (submission: string) => string;

/** Claims twice the work; package and root stay what they are. An idle node has nothing to double. */
export const inflate: Cheat = (text) => {
  const submission = decodeSubmission(text);
  return submission.kind === 'idle' ? text : encodeSubmission({ ...submission, work: 2n * submission.work });
};
