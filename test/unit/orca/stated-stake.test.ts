import { describe, expect, it } from '@jest/globals';
import type { KoiiNode } from '../../../orca/task/src/koii/koii-node.js';
import { statedStake as statedWith } from '../../../orca/task/src/pool/stated-stake.js';
import { SUBMISSIONS } from '../rounds/claim-vectors.js';

/** Of the vector below: `|41|` is its round. */
const CLAIM = SUBMISSIONS.accepted[0]!.text;
const VOTERS = ['b', 'c', 'd'];
const WINDOWS = { starting_slot: 0, round_time: 900, submission_window: 300, audit_window: 300 };

function statedStake(node: KoiiNode, address: string, round: number): Promise<bigint> {
  return statedWith(node, 100, address, round);
}

/** Its claims of `slashed` rounds were voted false by three; the lists of `paid` rounds have taken effect. */
function chain(facts: { slashed: readonly number[]; paid: readonly number[]; stake: number }): KoiiNode {
  const votes = VOTERS.map((voter) => ({ voter, is_valid: false, slot: 1 }));
  const trigger = { a: { trigger_by: VOTERS[0]!, slot: 1, votes } };
  return {
    taskState: async () => ({ ...WINDOWS, stake_list: { a: facts.stake } }),
    submissionInfo: async (round: number) => ({
      submissions: { [round]: { a: { submission_value: CLAIM.replace('|41|', `|${round}|`), slot: 1 } } },
      submissions_audit_trigger: facts.slashed.includes(round) ? { [round]: trigger } : {},
    }),
    distributionInfo: async (round: number) => ({
      distribution_rewards_submission: {},
      distributions_audit_trigger: {},
      distributions_audit_record: {
        [round]: facts.paid.includes(round) ? 'PayoutSuccessful' : 'Uninitialized',
      },
    }),
  } as unknown as KoiiNode;
}

describe('the stake that a claim states', () => {
  it('is the chain’s, less what a list that was not paid yet will take', async () => {
    // Seven tenths of the 5,000,000,000 roe that the vector states: 3,500,000,000.
    const stake = 9_000_000_000;
    expect(CLAIM).toMatch(/\|5000000000$/);
    expect(await statedStake(chain({ slashed: [], paid: [], stake }), 'a', 10)).toBe(9_000_000_000n);
    expect(await statedStake(chain({ slashed: [8], paid: [], stake }), 'a', 10)).toBe(5_500_000_000n);
    expect(await statedStake(chain({ slashed: [8], paid: [8], stake }), 'a', 10)).toBe(9_000_000_000n);
    expect(await statedStake(chain({ slashed: [7, 8], paid: [], stake }), 'a', 10)).toBe(2_000_000_000n);
  });

  it('is nothing below nothing, and knows of no round before the first', async () => {
    expect(await statedStake(chain({ slashed: [0], paid: [], stake: 1 }), 'a', 2)).toBe(0n);
    expect(await statedStake(chain({ slashed: [0], paid: [], stake: 1 }), 'a', 1)).toBe(1n);
  });

  it('does not mind the list of the round before: it is paid after the audit at the earliest', async () => {
    expect(await statedStake(chain({ slashed: [9], paid: [], stake: 7 }), 'a', 10)).toBe(7n);
  });
});
