import { describe, expect, it } from '@jest/globals';
import type { RecordedSubmission, RoundRecord } from '../../src/localnet/koii/index.js';
import { wrongsOf } from './round-verdict.js';

const ROE = 1_000_000_000n;

/** With a stake of five. */
function submission(
  submitter: string,
  work: bigint,
  change: Partial<RecordedSubmission> = {},
): RecordedSubmission {
  return {
    ...{ submitter, slot: 1, work: String(work), count: '1', votes: [], stands: true, is_slashed: false },
    value: `orc1|7|root|${work}|1|1|1|hash|cid|-|${5n * ROE}`,
    audits: [{ auditor: 'other', verdict: 'valid', check: null, check_name: null }],
    ...change,
  };
}

const CAUGHT: Partial<RecordedSubmission> = {
  audits: [{ auditor: 'other', verdict: 'invalid', check: 28, check_name: 'records-order' }],
  ...{ stands: false, is_slashed: true },
};

/** A did twice what B did, C cheated; of a bounty of 100, and seven tenths of five. */
const RECORD: RoundRecord = {
  ...{ round: 7, current_round: 10, payout: 'PayoutSuccessful' },
  submissions: [submission('A', 200n), submission('B', 100n), submission('C', 900n, CAUGHT)],
  lists: [{ author: 'A', list: { A: 66, B: 33, C: -3_500_000_000 }, votes: [] }],
};
const EXPECTED = { nodes: ['A', 'B', 'C'], excused: [], cheat: { key: 'C', check: 28 }, bounty: 100 };

describe('the soak’s judge', () => {
  it('finds nothing wrong where the cheat was caught and the others are paid by their work', () => {
    expect(wrongsOf(RECORD, EXPECTED)).toEqual([]);
  });

  it.each<[string, Partial<RoundRecord>, RegExp]>([
    [
      'a cheat that another check caught',
      { submissions: [submission('C', 900n, { ...CAUGHT, audits: [{ ...CAUGHT.audits![0]!, check: 27 }] })] },
      /C was to fail check 28, and failed 27/,
    ],
    ['a cheat that got through', { submissions: [submission('C', 900n)] }, /C stands/],
    [
      'an honest node that was voted down',
      { submissions: [submission('A', 200n, { stands: false })] },
      /A was voted down/,
    ],
    ['a node that said nothing', { submissions: RECORD.submissions.slice(1) }, /A has submitted nothing/],
    [
      'a roe too much',
      { lists: [{ author: 'A', list: { A: 67, B: 33, C: -3_500_000_000 }, votes: [] }] },
      /its list is not/,
    ],
    ['no list', { lists: [], payout: null }, /it has 0 lists/],
    ['a list that failed', { payout: 'PayoutFailed' }, /its list is PayoutFailed/],
  ])('finds %s', (_what, change, says) => {
    expect(wrongsOf({ ...RECORD, ...change }, EXPECTED).join('\n')).toMatch(says);
  });
});
