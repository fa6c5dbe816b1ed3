import { describe, expect, it } from '@jest/globals';
import { type DistributionList, KoiiNodeError } from '../../../orca/task/src/koii/koii-node.js';
import { PoolTask, type PoolTaskDeps } from '../../../orca/task/src/pool-task.js';
import { systemTimers } from '../../../orca/task/src/system-timers.js';
import { TaskStatus } from '../../../orca/task/src/task-status.js';

const BOUNTY = 10;
/** What idle submitters get. */
const HONEST = { a: 0, b: 0 };

/** Round 3, in which a and b were idle; `lists` were published for it, null for one that cannot be read. */
function auditorOf(lists: Readonly<Record<string, DistributionList | null>>) {
  const votes: [string, boolean][] = [];
  const submission = { submission_value: 'orc1|3|idle|-', slot: 1 };
  const node = {
    taskState: async () => ({ bounty_amount_per_round: BOUNTY }),
    submissionInfo: async (round: number) => ({
      submissions: round === 3 ? { 3: { a: submission, b: submission } } : {},
      submissions_audit_trigger: {},
    }),
    distributionInfo: async () => ({
      distribution_rewards_submission: { 3: Object.fromEntries(Object.keys(lists).map((key) => [key, {}])) },
      distributions_audit_trigger: {},
      distributions_audit_record: {},
    }),
    list: async (author: string) => {
      const list = lists[author];
      if (list === null) throw new KoiiNodeError('KOII_ANSWER', 'no list at all');
      return list;
    },
    voteOnList: async (author: string, isValid: boolean) => {
      votes.push([author, isValid]);
    },
  };
  const status = new TaskStatus(systemTimers);
  const deps = { node, key: { address: 'me' }, status, stake: { listed: async () => {} } };
  return { task: new PoolTask(deps as unknown as PoolTaskDeps), votes };
}

describe('the audit of lists', () => {
  it('says false of one that is another than every node makes, and nothing of the right one', async () => {
    const { task, votes } = auditorOf({ b: { a: BOUNTY, b: 0 }, c: HONEST });
    await task.auditDistribution(3);
    expect(votes).toEqual([['b', false]]);
  });

  it('says false of one that cannot be read, and looks at those behind it', async () => {
    const { task, votes } = auditorOf({ b: null, c: { a: BOUNTY, b: 0 } });
    await task.auditDistribution(3);
    expect(votes).toEqual([
      ['b', false],
      ['c', false],
    ]);
  });
});
