import { describe, expect, it } from '@jest/globals';
import type { ChainTrigger, SubmissionInfo, TaskState } from '../../../orca/task/src/koii/koii-node.js';
import { type AuditDeps, RoundAudit } from '../../../orca/task/src/pool/round-audit.js';
import { systemTimers } from '../../../orca/task/src/system-timers.js';
import { SUBMISSIONS } from '../rounds/claim-vectors.js';

const ROUND = 3;
const TASK: TaskState = {
  ...{ starting_slot: 0, round_time: 900, submission_window: 300, audit_window: 300 },
  ...{ bounty_amount_per_round: 1, minimum_stake_amount: 1, stake_list: { a: 9, b: 9, me: 9 } },
};
/** Round 3 is worked in slots 2700 to 3599, submitted up to 3899, audited up to 4199. */
const WINDOW = { begin: 3_900, at60: 3_899 + 180, at90: 3_899 + 270, end: 4_199 };

/** A node in whose audit window somebody else's votes come in; each look at the slot passes `step` of them. */
class Scene {
  readonly votes: [key: string, isValid: boolean, slot: number][] = [];
  readonly problems: string[] = [];
  readonly asked: string[] = [];
  readonly wishes: Record<string, unknown>[] = [];
  readonly wanted: string[] = [];
  reads = 0;
  judged: Record<string, boolean> | null = null;
  judgedSlot: number | null = null;
  /** By key, for the audited round and the one before, where it is not idle. */
  submitted: Record<string, string> = {};
  before: Record<string, string> = {};
  /** Null for a Koii node that cannot tell. */
  nodes: Record<string, string> | null = {};
  storage: () => Promise<'there' | 'denied'> = async () => 'there';
  /** In place of a verdict at once. */
  container: ((wish: Record<string, unknown>) => Promise<boolean | null>) | null = null;
  /** Whether the chain shows a submission, and which; whether it can be read. */
  seen: (key: string, slot: number) => boolean = () => true;
  submittedAt: ((slot: number) => Record<string, string>) | null = null;
  readable: () => boolean = () => true;
  slot = WINDOW.begin;

  constructor(
    private readonly verdicts: Record<string, boolean | null>,
    private readonly triggers: Record<string, ChainTrigger & { readonly from: number }> = {},
    private readonly refusals = 0,
  ) {}

  async run(): Promise<void> {
    await new RoundAudit(ROUND, this.deps()).run();
  }

  private info(): SubmissionInfo {
    const keys = [...Object.keys(this.verdicts), 'me'].filter((key) => this.seen(key, this.slot));
    const submitted = this.submittedAt?.(this.slot) ?? this.submitted;
    const submissions = keys.map((key) => {
      const submission_value = submitted[key] ?? 'orc1|3|idle|-   ';
      return [key, { submission_value, slot: 3_700 }];
    });
    const raised = Object.entries(this.triggers).filter(([, { from }]) => from <= this.slot);
    return {
      submissions: { [ROUND]: Object.fromEntries(submissions) },
      submissions_audit_trigger: { [ROUND]: Object.fromEntries(raised) },
    };
  }

  private infoBefore(): SubmissionInfo {
    const submissions = Object.entries(this.before).map(([key, submission_value]) => [
      key,
      { submission_value, slot: 2_800 },
    ]);
    return { submissions: { [ROUND - 1]: Object.fromEntries(submissions) }, submissions_audit_trigger: {} };
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
        nodeUrls: async () => {
          if (this.nodes === null) throw new Error('namespace[args[0]] is not a function');
          return new Map(Object.entries(this.nodes));
        },
        submissionInfo: async (round) => {
          this.reads++;
          if (!this.readable()) throw new Error('K2 does not answer');
          return round === ROUND ? this.info() : this.infoBefore();
        },
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
          this.wishes.push(wish as Record<string, unknown>);
          if (this.container !== null) return await this.container(wish as Record<string, unknown>);
          return this.verdicts[submitter]!;
        },
      },
      teller: { tell: async () => {}, seed: async () => '00'.repeat(32), beacon: async () => null },
      taskId: 'task',
      archives: {
        bring: async ({ kind, cid, storeCid }) => {
          this.wanted.push(`${kind} ${cid} ${storeCid}`);
          return await this.storage();
        },
      },
      address: 'me',
      timers: { ...systemTimers, after: (_delayMs, callback) => systemTimers.after(0, callback) },
      problem: (what) => this.problems.push(what),
      judged: (verdicts) => {
        this.judgedSlot ??= this.slot;
        this.judged = Object.fromEntries(verdicts);
      },
    };
  }
}

function doubt(from: number, voters: readonly string[] = []): ChainTrigger & { readonly from: number } {
  const votes = voters.map((voter) => ({ voter, is_valid: true, slot: from }));
  return { from, trigger_by: 'x', slot: from, votes };
}

const [FULL, WITH_PROOF] = [0, 1].map((n) => SUBMISSIONS.accepted[n]!.text.replace('|41|', '|3|')) as [
  string,
  string,
];
const PACKAGE = FULL.split('|')[8]!;
const STORE = 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi';

describe('what the container is asked', () => {
  it('has what K2 says of the submission, the largest work first', async () => {
    const scene = new Scene({ a: true, b: true });
    scene.submitted = { a: `${FULL.replace('|123456789|', '|5|')}|${STORE}`, b: FULL };
    await scene.run();
    expect(scene.asked).toEqual(['b', 'a']);
    expect(scene.wanted).toEqual([`package ${PACKAGE} null`, `package ${PACKAGE} ${STORE}`]);
    expect(scene.wishes[0]).toEqual({
      ...{ submission: FULL, submitter: 'b', round: 3, submissionSlot: 3_700, deadlineSlot: 3_899, stake: 9 },
      ...{ seed: '00'.repeat(32), beacon: null, before: null, packageUrl: null, denied: [] },
    });
  });

  it('has the sampled claim of the round before, whose package and proof are there too', async () => {
    const scene = new Scene({ a: true, b: true });
    const sampled = `${SUBMISSIONS.accepted[0]!.text}|${STORE}`
      .replace('|41|', '|2|')
      .replace('|20|3|', '|20000|3|');
    scene.submitted = { a: WITH_PROOF };
    scene.before = { a: sampled, b: FULL.replace('|3|', '|2|') };
    await scene.run();
    const [ofA, ofB] = ['a', 'b'].map((key) => scene.wishes.find(({ submitter }) => submitter === key)!);
    // The deadline of round 2: 2699 and 300 slots.
    expect(ofA!.before).toEqual({
      submission: sampled,
      submissionSlot: 2_800,
      deadlineSlot: 2_999,
      stake: 9,
    });
    // A full claim has nothing to prove.
    expect(ofB!.before).toBeNull();
    const proof = WITH_PROOF.split('|')[9];
    expect(scene.wanted).toEqual([
      `package ${PACKAGE} null`,
      `proof ${proof} null`,
      `package ${PACKAGE} ${STORE}`,
    ]);
  });
});

describe('the audit of a round', () => {
  it('says false of what is false, nothing of what nobody doubts, and never looks at its own', async () => {
    const scene = new Scene({ a: false, b: true });
    await scene.run();
    expect(scene.votes).toEqual([['a', false, expect.any(Number)]]);
    expect(scene.asked.sort()).toEqual(['a', 'b']);
    // Long before the window ends, until when b may be doubted.
    expect(scene.judged).toEqual({ a: false, b: true });
    expect(scene.judgedSlot).toBeLessThan(WINDOW.at60);
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

  it('says true of what is wrongly doubted in the last tenth of the window, and reads the doubts to its end', async () => {
    // 92 %.
    const scene = new Scene({ a: true, b: true }, { a: doubt(WINDOW.at90 + 6) });
    await scene.run();
    expect(scene.votes).toEqual([['a', true, expect.any(Number)]]);
    expect(scene.votes[0]![2]).toBeLessThanOrEqual(WINDOW.end);
  });

  it('reads the doubts again at the next step where they cannot be read at 60 % of the window', async () => {
    const scene = new Scene({ a: true }, { a: doubt(WINDOW.begin + 60) });
    let refusals = 1;
    scene.readable = () => scene.slot < WINDOW.at60 || refusals-- <= 0;
    await scene.run();
    expect(scene.votes).toEqual([['a', true, expect.any(Number)]]);
    expect(scene.votes[0]![2]).toBeLessThan(WINDOW.at60 + 40);
  });

  it('reads the doubts once for all submissions at each of these looks', async () => {
    const [one, many] = [new Scene({ a: true }), new Scene({ a: true, b: true, c: true, d: true, e: true })];
    await one.run();
    await many.run();
    // Beside the list of submissions, and a look before a vote on each when it is judged.
    expect(many.reads - 5).toBeLessThanOrEqual(one.reads);
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

describe('a submission that the node does not show at once', () => {
  /** `late` is false, and seen from that slot on. */
  async function run(beginSlot: number, lateFrom: number): Promise<Scene> {
    const scene = new Scene({ a: true, late: false });
    scene.slot = beginSlot;
    scene.seen = (key, slot) => key !== 'late' || slot >= lateFrom;
    await scene.run();
    return scene;
  }

  it('is audited where the node calls before the submission window is over', async () => {
    const scene = await run(3_860, 3_899);
    expect(scene.votes).toEqual([['late', false, expect.any(Number)]]);
    expect(scene.judged).toEqual({ a: true, late: false });
  });

  it('is audited where it is the first one, and where all others are voted on already', async () => {
    for (const others of [{}, { a: false }]) {
      const scene = new Scene({ ...others, late: false });
      scene.seen = (key, slot) => key !== 'late' || slot >= 3_925;
      await scene.run();
      expect(scene.votes).toContainEqual(['late', false, expect.any(Number)]);
    }
  });

  it('is audited where a node of K2 that lags shows it at 60 % of the window, or in its last tenth', async () => {
    for (const from of [WINDOW.at60 - 20, WINDOW.at90 - 20]) {
      const scene = await run(WINDOW.begin, from);
      expect(scene.votes).toEqual([['late', false, expect.any(Number)]]);
      expect(scene.votes[0]![2]).toBeGreaterThanOrEqual(from);
    }
  });

  it('is audited as it stands, not as the one whose place it took', async () => {
    const scene = new Scene({ a: true });
    const [honest, inflated] = [FULL, FULL.replace('|123456789|', '|987654321|')];
    scene.submittedAt = (slot) => ({ a: slot < WINDOW.begin + 20 ? honest : inflated });
    scene.container = async ({ submission }) => submission === honest;
    await scene.run();
    expect(scene.asked).toEqual(['a', 'a']);
    expect(scene.votes).toEqual([['a', false, expect.any(Number)]]);
  });

  it('is asked for again where the chain cannot be read', async () => {
    const scene = new Scene({ a: false });
    let refusals = 3;
    scene.readable = () => refusals-- <= 0;
    await scene.run();
    expect(scene.votes).toEqual([['a', false, expect.any(Number)]]);
    expect(scene.problems).toContain('K2 does not answer');
  });
});

describe('what the storage does not give', () => {
  const URL_OF_A = 'http://203.0.113.7:5644/task/task/rounds/3/package';

  async function run(storage: Scene['storage'], container: NonNullable<Scene['container']>): Promise<Scene> {
    const scene = new Scene({ a: true });
    scene.submitted = { a: `${FULL}|${STORE}` };
    scene.nodes = { a: 'http://203.0.113.7:5644', b: 'http://198.51.100.1' };
    scene.storage = storage;
    scene.container = container;
    await scene.run();
    return scene;
  }
  const silence = (): Promise<never> => Promise.reject(new Error('the storage does not say'));
  const urls = ({ wishes }: Scene) => wishes.map(({ packageUrl }) => packageUrl);

  it('is looked for at the claiming node, and is judged as ever when it is there', async () => {
    for (const storage of [silence, async () => 'denied' as const]) {
      const scene = await run(storage, async ({ packageUrl }) => (packageUrl === null ? null : false));
      expect(urls(scene)).toEqual([URL_OF_A]);
      expect(scene.votes).toEqual([['a', false, expect.any(Number)]]);
      expect(scene.votes[0]![2]).toBeLessThan(WINDOW.at60);
    }
  });

  it('is looked for there three times in a window, and then the container says what follows', async () => {
    const denied = await run(
      async () => 'denied',
      async ({ packageUrl, denied }) => (packageUrl === null && String(denied) === PACKAGE ? false : null),
    );
    expect(urls(denied)).toEqual([URL_OF_A, URL_OF_A, URL_OF_A, null]);
    expect(denied.votes).toEqual([['a', false, expect.any(Number)]]);
    expect(denied.votes[0]![2]).toBeGreaterThanOrEqual(WINDOW.at90);
  });

  it('is judged by what the storage says where nobody knows the claiming node, or where nodes are', async () => {
    for (const nodes of [{}, null]) {
      const scene = new Scene({ a: true });
      scene.submitted = { a: `${FULL}|${STORE}` };
      scene.nodes = nodes;
      scene.storage = async () => 'denied';
      scene.container = async ({ denied }) => (String(denied) === PACKAGE ? false : null);
      await scene.run();
      expect(scene.votes).toEqual([['a', false, expect.any(Number)]]);
      expect(scene.votes[0]![2]).toBeGreaterThanOrEqual(WINDOW.at90);
      expect(scene.problems).toHaveLength(nodes === null ? 3 : 0);
    }
  });

  it('is never said to be denied where the storage did not say so', async () => {
    const scene = await run(silence, async ({ denied }) => ((denied as string[]).length > 0 ? false : null));
    expect(urls(scene).filter((url) => url !== null)).toHaveLength(3);
    expect(scene.wishes.every(({ denied }) => (denied as string[]).length === 0)).toBe(true);
    expect(scene.votes).toEqual([]);
    expect(scene.problems[0]).toContain('the storage does not say');
  });

  it('holds up no other audit while a claiming node takes its time', async () => {
    const scene = new Scene({ a: true, b: false });
    scene.submitted = { a: `${FULL}|${STORE}`, b: 'orc1|3|idle|-' };
    scene.nodes = { a: 'http://203.0.113.7:5644' };
    scene.storage = silence;
    const container = ({ submitter }: Record<string, unknown>): Promise<boolean | null> =>
      submitter === 'a' ? new Promise(() => {}) : Promise.resolve(false);
    scene.container = container;
    await scene.run();
    expect(scene.votes).toEqual([['b', false, expect.any(Number)]]);
    expect(scene.votes[0]![2]).toBeLessThan(WINDOW.at60);
  });
});
