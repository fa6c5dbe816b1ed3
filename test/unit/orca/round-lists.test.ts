import { describe, expect, it } from '@jest/globals';
import { RoundLists, type RoundListsDeps } from '../../../orca/task/src/pool/round-lists.js';
import { systemTimers } from '../../../orca/task/src/system-timers.js';
import { TaskStatus } from '../../../orca/task/src/task-status.js';

/** Of 900 slots from 0, whose windows are 300 each. */
const WINDOWS = { starting_slot: 0, round_time: 900, submission_window: 300, audit_window: 300 };

/** The lists of round 0 by author and slot; where the record lets one be paid, `me` is this node. Of round 4 it is. */
function listsOf(published: Readonly<Record<string, number>>, record: string) {
  const done: string[] = [];
  const node = {
    taskState: async () => WINDOWS,
    slot: async () => 4 * 900 + 20,
    submissionInfo: async (round: number) => ({
      submissions: { [round]: { me: { submission_value: 'orc1|0|idle|-', slot: 910 } } },
      submissions_audit_trigger: {},
    }),
    distributionInfo: async () => ({
      distribution_rewards_submission: {
        0: Object.fromEntries(Object.entries(published).map(([key, slot]) => [key, { slot }])),
      },
      distributions_audit_trigger: {},
      distributions_audit_record: { 0: record },
    }),
    payOut: async (round: number) => {
      done.push(`payout ${round}`);
    },
    uploadList: async () => true,
    submitList: async (round: number) => {
      done.push(`list ${round}`);
    },
  };
  const status = new TaskStatus(systemTimers);
  const deps = {
    node,
    key: { address: 'me' },
    status,
    timers: systemTimers,
    stake: { listed: async () => {} },
    bounty: 1,
  };
  return { lists: new RoundLists(deps as unknown as RoundListsDeps), done };
}

/** In the windows of rounds 2 and 3. */
const [FIRST, SECOND] = [1_860, 2_760];

describe('the payout of a list', () => {
  it('is asked for by its author while no other took its place', async () => {
    const { lists, done } = listsOf({ me: FIRST }, 'Uninitialized');
    await lists.payOut(0);
    expect(done).toEqual(['payout 0']);
  });

  it('is not asked for where the list has failed and another stands for the round', async () => {
    const { lists, done } = listsOf({ me: FIRST, b: SECOND }, 'Uninitialized');
    await lists.payOut(0);
    // A process that begins anew is called to publish as well.
    await lists.publish(0, false);
    expect(done).toEqual([]);
  });

  it('is asked for by the author of the newest, and not prevented by one beside it in the same round', async () => {
    const newest = listsOf({ me: SECOND, b: FIRST }, 'Uninitialized');
    await newest.lists.payOut(0);
    const beside = listsOf({ me: SECOND, b: SECOND + 5 }, 'Uninitialized');
    await beside.lists.payOut(0);
    expect([newest.done, beside.done]).toEqual([['payout 0'], ['payout 0']]);
  });

  it('is not asked for a second time, nor for one that failed', async () => {
    for (const record of ['PayoutSuccessful', 'PayoutFailed']) {
      const { lists, done } = listsOf({ me: FIRST }, record);
      await lists.payOut(0);
      expect(done).toEqual([]);
    }
  });
});
