import { describe, expect, it } from '@jest/globals';
import { RoundCalls } from '../../../orca/task/src/round-calls.js';

const WINDOWS = { starting_slot: 1_000, round_time: 900, submission_window: 300, audit_window: 300 };

interface Chain {
  readonly submitted?: readonly number[];
  readonly listed?: readonly number[];
  /** Rounds whose list was voted down. */
  readonly failed?: readonly number[];
  /** When lists were published. */
  readonly listSlot?: number;
}

function callsAt(slot: number, chain: Chain = {}) {
  const clock = { slot };
  const made: string[] = [];
  const note =
    (name: string) =>
    async (round: number): Promise<void> => {
      made.push(`${name} ${round}`);
    };
  const pool = {
    ...{ task: note('task'), submission: note('submission'), audit: note('audit') },
    ...{ distribution: note('list'), auditDistribution: note('list audit'), payOut: note('payout') },
  };
  const submission = { submission_value: 'x', slot: 1 };
  const node = {
    slot: async () => clock.slot,
    taskState: async () => ({
      ...WINDOWS,
      bounty_amount_per_round: 1,
      minimum_stake_amount: 1,
      stake_list: {},
    }),
    submissionInfo: async (round: number) => ({
      submissions: { [round]: chain.submitted?.includes(round) ? { ours: submission } : {} },
      submissions_audit_trigger: {},
    }),
    distributionInfo: async (round: number) => ({
      distribution_rewards_submission: {
        [round]: chain.listed?.includes(round) ? { ours: { ...submission, slot: chain.listSlot ?? 1 } } : {},
      },
      distributions_audit_trigger: {},
      distributions_audit_record: chain.failed?.includes(round) ? { [round]: 'PayoutFailed' } : {},
    }),
  };
  return { made, clock, node, calls: new RoundCalls(pool, node, 'ours') };
}

/** Round 3 begins at slot 3700; its windows end at 4000 and 4300. */
describe('a task that begins in the middle of a round', () => {
  it.each([
    ['the submission window', 3_710, {}, ['payout 0', 'payout 1', 'submission 2', 'list 1']],
    ['that window, all being done', 3_710, { submitted: [2], listed: [1] }, ['payout 0', 'payout 1']],
    ['the audit window', 4_000, {}, ['payout 0', 'payout 1', 'audit 2', 'list audit 1']],
    ['the rest of the round', 4_300, {}, ['payout 0', 'payout 1']],
    ['the first round', 1_010, {}, []],
    [
      'a submission window in which a failed list is published again',
      3_710,
      { submitted: [2], listed: [0, 1], failed: [0] },
      ['payout 0', 'payout 1', 'list 0'],
    ],
    [
      'an audit window in which one was',
      4_000,
      { listed: [0, 1], listSlot: 3_720 },
      ['payout 0', 'payout 1', 'audit 2', 'list audit 1', 'list audit 0'],
    ],
  ])('does what is due in %s', async (_where, slot, chain, wanted) => {
    const { made, calls } = callsAt(slot, chain);
    await calls.resume();
    expect(made).toEqual(wanted);
  });

  it('does it once, though the node calls as well', async () => {
    const { made, calls } = callsAt(3_710);
    await Promise.all([
      calls.resume(),
      calls.submission(2),
      calls.distribution(1, false),
      calls.submission(1),
    ]);
    expect([...made].sort()).toEqual(['list 1', 'payout 0', 'payout 1', 'submission 1', 'submission 2']);
  });

  it('makes a list and audits lists again a round later, for those that were voted down', async () => {
    const { made, clock, calls } = callsAt(3_710);
    await calls.distribution(1, false);
    await calls.auditDistribution(1);
    clock.slot += WINDOWS.round_time;
    await calls.distribution(1, false);
    await calls.auditDistribution(1);
    await calls.submission(2);
    await calls.submission(2);
    expect(made).toEqual(['list 1', 'list audit 1', 'list 1', 'list audit 1', 'submission 2']);
  });

  it('goes on where it was when it could not see the chain for a moment', async () => {
    const { made, node, calls } = callsAt(3_710);
    const { submissionInfo } = node;
    node.submissionInfo = async () => {
      throw new Error('busy');
    };
    await expect(calls.resume()).rejects.toThrow('busy');
    node.submissionInfo = submissionInfo;
    await calls.resume();
    expect(made).toEqual(['payout 0', 'payout 1', 'submission 2', 'list 1']);
  });
});
