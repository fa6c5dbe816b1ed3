import { describe, expect, it } from '@jest/globals';
import { HttpKoiiNode } from '../../../orca/task/src/koii/http-koii-node.js';
import { type DistributionList, KoiiNodeError } from '../../../orca/task/src/koii/koii-node.js';
import type { WireClient } from '../../../orca/task/src/koii/wire-client.js';
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
    taskState: async () => ({ starting_slot: 0, round_time: 900, submission_window: 300, audit_window: 300 }),
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
  const deps = {
    node,
    key: { address: 'me' },
    status,
    stake: { listed: async () => {} },
    bounty: BOUNTY,
  };
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

describe('a submission', () => {
  it.each([429, true, 'a page', {}, [], { submissions: null }, { submissions: [] }])(
    'says idle in the end where the node answers %j for what others submitted',
    async (odd) => {
      let slot = 3_890;
      const windows = { starting_slot: 0, round_time: 900, submission_window: 300, audit_window: 300 };
      const answers: Record<string, () => unknown> = {
        getTaskSubmissionInfo: () => odd,
        getTaskState: () => ({ ...windows, stake_list: {} }),
        getCurrentSlot: () => slot++,
      };
      const wire = { call: async (method: string) => answers[method]?.() };
      const deps = {
        node: new HttpKoiiNode(wire as unknown as WireClient),
        key: { address: 'me' },
        status: new TaskStatus(systemTimers),
        timers: { ...systemTimers, after: (_ms: number, call: () => void) => systemTimers.after(0, call) },
        container: { claim: async () => null, draws: async () => null },
        teller: { tell: async () => {} },
      };
      const task = new PoolTask(deps as unknown as PoolTaskDeps);
      expect(await task.makeSubmission(3)).toBe('orc1|3|idle|-');
      await task.submission(3);
      expect(deps.status.text().problems.at(-1)!.what).toContain('getTaskSubmissionInfo');
    },
  );

  /** Round 3 of 900 slots from 0, whose window of 300 ends with slot 3899. Each try says what the node does with it. */
  function submitterTo(tries: readonly ('does' | 'does, and its answer is lost' | 'fails')[]) {
    const chain = { submissions: [] as string[], slot: 3_610, isReadable: true };
    let tried = 0;
    const read = <Answer>(answer: Answer) => {
      if (!chain.isReadable) throw new KoiiNodeError('KOII_NO_ANSWER', 'nobody there');
      return answer;
    };
    const windows = { starting_slot: 0, round_time: 900, submission_window: 300, audit_window: 300 };
    const node = {
      taskState: async () => read(windows),
      slot: async () => read(chain.slot++),
      notify: async () => {},
      submissionInfo: async (round: number) =>
        read({
          submissions:
            round === 3 && chain.submissions.length > 0
              ? { 3: { me: { slot: 1, submission_value: `${chain.submissions.at(-1)}   ` } } }
              : {},
          submissions_audit_trigger: {},
        }),
      submit: async (value: string) => {
        const what = tries[Math.min(tried++, tries.length - 1)];
        if (what !== 'fails') chain.submissions.push(value);
        if (what !== 'does') throw new KoiiNodeError('KOII_NO_ANSWER', 'no answer');
      },
    };
    const status = new TaskStatus(systemTimers);
    const timers = { ...systemTimers, after: (_ms: number, call: () => void) => systemTimers.after(0, call) };
    const container = {
      claim: async () => null,
      draws: async () => null,
    };
    const deps = {
      node,
      key: { address: 'me' },
      status,
      timers,
      container,
      teller: { tell: async () => {} },
    };
    return { task: new PoolTask(deps as unknown as PoolTaskDeps), chain, status, tried: () => tried };
  }

  it('is made until it stands, however often the node fails', async () => {
    const { task, chain, tried } = submitterTo([...Array<'fails'>(30).fill('fails'), 'does']);
    await task.submission(3);
    expect([chain.submissions, tried()]).toEqual([['orc1|3|idle|-'], 31]);
  });

  it('is not made twice where the answer to the first was lost', async () => {
    const { task, chain, tried } = submitterTo(['fails', 'does, and its answer is lost', 'does']);
    await task.submission(3);
    expect([chain.submissions.length, tried()]).toEqual([1, 2]);
  });

  it('is left as it stands when the node calls a task again that was restarted and can make none', async () => {
    const { task, chain, tried, status } = submitterTo(['does']);
    chain.submissions.push('orc1|3|a claim');
    await task.submission(3);
    expect([chain.submissions, tried()]).toEqual([['orc1|3|a claim'], 0]);
    expect(await task.makeSubmission(3)).toBe('orc1|3|a claim');
    expect(status.text().problems).toEqual([]);
  });

  it('is not made again before it is known whether the first one stands', async () => {
    const { task, chain, tried } = submitterTo(['does, and its answer is lost', 'does']);
    const submitted = task.submission(3);
    while (tried() === 0) await new Promise((resolve) => setImmediate(resolve));
    chain.isReadable = false;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(tried()).toBe(1);
    chain.isReadable = true;
    await submitted;
    expect([chain.submissions.length, tried()]).toEqual([1, 1]);
  });

  it('is given up when its window is over, and /status says why', async () => {
    const { task, chain, status } = submitterTo(['fails']);
    chain.slot = 3_890;
    await task.submission(3);
    expect(chain.submissions).toEqual([]);
    expect(status.text().problems.at(-1)!.what).toContain('submitting round 3: no answer');
  });
});
