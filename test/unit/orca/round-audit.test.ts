import { describe, expect, it } from '@jest/globals';
import type { ChainTrigger, SubmissionInfo, TaskState } from '../../../orca/task/src/koii/koii-node.js';
import { type AuditDeps, RoundAudit } from '../../../orca/task/src/pool/round-audit.js';
import { systemTimers } from '../../../orca/task/src/system-timers.js';

const ROUND = 3;
const TASK: TaskState = {
  ...{ starting_slot: 0, round_time: 900, submission_window: 300, audit_window: 300 },
  ...{ bounty_amount_per_round: 1, stake_list: { a: 9, b: 9, me: 9 } },
};
/** Round 3 is worked in slots 2700 to 3599, submitted up to 3899, audited up to 4199. */
const WINDOW = { begin: 3_900, at60: 3_899 + 180, at90: 3_899 + 270, end: 4_199 };

/** A node in whose audit window somebody else's votes come in; each look at the slot passes `step` of them. */
class Scene {
  readonly votes: [key: string, isValid: boolean, slot: number][] = [];
  readonly problems: string[] = [];
  readonly asked: string[] = [];
  private slot = WINDOW.begin;

  constructor(
    private readonly verdicts: Record<string, boolean | null>,
    private readonly triggers: Record<string, ChainTrigger & { readonly from: number }> = {},
    private readonly refusals = 0,
  ) {}

  async run(): Promise<void> {
    await new RoundAudit(ROUND, this.deps()).run();
  }

  private info(): SubmissionInfo {
    const keys = [...Object.keys(this.verdicts), 'me'];
    const submissions = keys.map((key) => [key, { submission_value: `orc1|3|idle|-   `, slot: 3_700 }]);
    const raised = Object.entries(this.triggers).filter(([, { from }]) => from <= this.slot);
    return {
      submissions: { [ROUND]: Object.fromEntries(submissions) },
      submissions_audit_trigger: { [ROUND]: Object.fromEntries(raised) },
    };
  }

  private deps(): AuditDeps {
    let refusals = this.refusals;
    const unused = (): never => {
      throw new Error('not asked for by an audit');
    };
    return {
      node: {
        taskState: async () => TASK,
        averageSlotMs: async () => 1,
        slot: async () => {
          this.slot += 10;
          return this.slot;
        },
        submissionInfo: async (round) => (round === ROUND ? this.info() : null),
        vote: async (key, isValid) => {
          if (refusals-- > 0) throw new Error('K2 is busy');
          this.votes.push([key, isValid, this.slot]);
        },
        ...{ stakingKey: unused, basePath: unused, rpcUrl: unused, distributionInfo: unused, submit: unused },
        ...{
          voteOnList: unused,
          uploadList: unused,
          submitList: unused,
          list: unused,
          payOut: unused,
          notify: unused,
        },
      },
      container: {
        audit: async (wish) => {
          const { submitter } = wish as { submitter: string };
          this.asked.push(submitter);
          return this.verdicts[submitter]!;
        },
      },
      teller: { tell: async () => {}, seed: async () => '00'.repeat(32), beacon: async () => null },
      archives: { bring: async () => true },
      address: 'me',
      timers: { ...systemTimers, after: (_delayMs, callback) => systemTimers.after(0, callback) },
      problem: (what) => this.problems.push(what),
    };
  }
}

function doubt(from: number, voters: readonly string[] = []): ChainTrigger & { readonly from: number } {
  const votes = voters.map((voter) => ({ voter, is_valid: true, slot: from }));
  return { from, trigger_by: 'x', slot: from, votes };
}

describe('the audit of a round', () => {
  it('says false of what is false, nothing of what nobody doubts, and never looks at its own', async () => {
    const scene = new Scene({ a: false, b: true });
    await scene.run();
    expect(scene.votes).toEqual([['a', false, expect.any(Number)]]);
    expect(scene.asked.sort()).toEqual(['a', 'b']);
  });

  it('says true of what is wrongly doubted, also when the doubt comes late', async () => {
    const early = new Scene({ a: true }, { a: doubt(0) });
    await early.run();
    expect(early.votes).toEqual([['a', true, expect.any(Number)]]);
    const late = new Scene({ a: true }, { a: doubt(WINDOW.at60 + 30) });
    await late.run();
    expect(late.votes).toEqual([['a', true, expect.any(Number)]]);
    expect(late.votes[0]![2]).toBeGreaterThanOrEqual(WINDOW.at90);
    expect(late.votes[0]![2]).toBeLessThan(WINDOW.end);
  });

  it('votes once, also when it was started again since', async () => {
    const scene = new Scene(
      { a: true, b: false },
      { a: doubt(0, ['me']), b: { ...doubt(0), trigger_by: 'me' } },
    );
    await scene.run();
    expect(scene.votes).toEqual([]);
  });

  it('does not vote where the container cannot tell, and asks it to the end', async () => {
    const scene = new Scene({ a: null }, { a: doubt(0) });
    await scene.run();
    expect(scene.votes).toEqual([]);
    expect(scene.asked.length).toBeGreaterThan(5);
  });

  it('votes again where the vote did not get through', async () => {
    const scene = new Scene({ a: false }, {}, 2);
    await scene.run();
    expect(scene.votes).toEqual([['a', false, expect.any(Number)]]);
    expect(scene.problems).toHaveLength(2);
  });
});
