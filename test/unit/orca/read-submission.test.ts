import { describe, expect, it } from '@jest/globals';
import { KoiiNodeError, type SubmissionInfo } from '../../../orca/task/src/koii/koii-node.js';
import { hasSubmitted } from '../../../orca/task/src/pool/read-submission.js';

const ROUND_6: SubmissionInfo = {
  submissions: { 6: { ours: { submission_value: 'orc1|6|idle|-', slot: 1 } } },
  submissions_audit_trigger: {},
};

describe('whether a node has submitted for a round', () => {
  it('stands on chain', async () => {
    const node = { submissionInfo: async () => ROUND_6 };
    expect(await hasSubmitted(node, 6, 'ours')).toBe(true);
    expect(await hasSubmitted(node, 5, 'ours')).toBe(false);
    expect(await hasSubmitted(node, 6, 'theirs')).toBe(false);
    expect(await hasSubmitted({ submissionInfo: async () => null }, 6, 'ours')).toBe(false);
  });

  it('is so for all that is known where the chain cannot be asked, and not before the first round', async () => {
    const node = {
      submissionInfo: async () => {
        throw new KoiiNodeError('KOII_NO_ANSWER', 'gone');
      },
    };
    expect(await hasSubmitted(node, 6, 'ours')).toBe(true);
    expect(await hasSubmitted(node, -1, 'ours')).toBe(false);
  });
});
