import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ChainSubmission, ChainTrigger, KoiiNode } from '../../../orca/task/src/koii/koii-node.js';
import { listOfRound } from '../../../orca/task/src/pool/list-of-round.js';
import { SUBMISSIONS } from '../rounds/claim-vectors.js';

const ROUND = 3;
const BOUNTY = 1_000_000_000;
/** Round 3 of 900 slots is submitted up to slot 3899 and audited up to 4199; round 2 up to 2999 and 3299. */
const TASK = { starting_slot: 0, round_time: 900, submission_window: 300, audit_window: 300 };
const ENDS: Readonly<Record<number, { submission: number; audit: number }>> = {
  2: { submission: 2_999, audit: 3_299 },
  3: { submission: 3_899, audit: 4_199 },
};

interface Chain {
  submissions: Record<string, Record<string, ChainSubmission>>;
  triggers: Record<string, Record<string, ChainTrigger>>;
  stakes: Record<string, number>;
  bounty: number;
}

function list(chain: Chain) {
  const node = {
    submissionInfo: async (round: number) => ({
      submissions: { [round]: chain.submissions[round] ?? {} },
      submissions_audit_trigger: { [round]: chain.triggers[round] ?? {} },
    }),
    taskState: async () => ({
      ...TASK,
      ...{ bounty_amount_per_round: chain.bounty, stake_list: chain.stakes },
    }),
  };
  return listOfRound(node as unknown as KoiiNode, BOUNTY, ROUND);
}

/** Of 5,000,000,000 roe; a sampled one has more shares than a full one may. */
function claim(round: number, work: number, tier: 'full' | 'sampled', isProving = false): string {
  const { text } = SUBMISSIONS.accepted[isProving ? 1 : 0]!;
  const ours = text.replace('|41|', `|${round}|`).replace('|123456789|', `|${work}|`);
  return tier === 'full' ? ours : ours.replace('|20|3|', '|20000|3|');
}

function vote(voter: string, is_valid: boolean, slot: number) {
  return { voter, is_valid, slot };
}

function chain(): Chain {
  return {
    submissions: {
      2: { a: { submission_value: claim(2, 900, 'sampled'), slot: 2_800 } },
      3: {
        a: { submission_value: claim(3, 100, 'full', true), slot: 3_700 },
        b: { submission_value: claim(3, 300, 'full', true), slot: 3_899 },
        c: { submission_value: 'orc1|3|idle|-', slot: 3_720 },
        d: { submission_value: claim(3, 500, 'full'), slot: 3_610 },
      },
    },
    triggers: {
      3: {
        b: { trigger_by: 'x', slot: 4_000, votes: [vote('c', true, 4_010), vote('a', true, 4_020)] },
        d: { trigger_by: 'x', slot: 3_950, votes: [vote('y', false, 4_100), vote('z', false, 4_199)] },
      },
    },
    stakes: { a: 5, b: 5, c: 5, d: 5 },
    bounty: BOUNTY,
  };
}

const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'x', 'y', '1');
const round = fc.constantFrom(2, 3);
/** Slots behind a window. */
const late = fc.integer({ min: 1, max: 10_000 });

/** What may happen on the chain once a round's windows are over. */
const change: fc.Arbitrary<(chain: Chain) => void> = fc.oneof(
  fc.tuple(round, key, late, fc.nat(1_000)).map(([of, by, slots, work]) => (on: Chain) => {
    // One that stands is not taken back: Koii's program takes none outside its window.
    const slot = ENDS[of]!.submission + slots;
    const submission_value = claim(of, work, of === 2 ? 'sampled' : 'full');
    on.submissions[of] = { [by]: { submission_value, slot }, ...on.submissions[of] };
  }),
  fc.tuple(round, key, key, late).map(([of, on, by, slots]) => (chain: Chain) => {
    const trigger = { trigger_by: by, slot: ENDS[of]!.audit + slots, votes: [] };
    chain.triggers[of] = { [on]: trigger, ...chain.triggers[of] };
  }),
  fc.tuple(round, key, fc.boolean(), late).map(([of, by, isValid, slots]) => ({ triggers }: Chain) => {
    for (const [on, trigger] of Object.entries(triggers[of] ?? {})) {
      const votes = [...trigger.votes, vote(by, isValid, ENDS[of]!.audit + slots)];
      triggers[of]![on] = { ...trigger, votes };
    }
  }),
  fc.tuple(key, fc.nat()).map(([of, stake]) => ({ stakes }: Chain) => {
    stakes[of] = stake;
  }),
  fc.nat().map((bounty) => (on: Chain) => {
    on.bounty = bounty;
  }),
  fc.constant(({ submissions }: Chain) => {
    submissions[3] = Object.fromEntries(Object.entries(submissions[3]!).reverse());
  }),
);

describe('the list of a round', () => {
  it('is made of work, votes and the bounty that all bundles have', async () => {
    // a: 100 of its own and 900 that it proves; b: 300, doubted by one and true for two; d: seven tenths of its stake.
    // 10⁹ · 1000 / 1300 and 10⁹ · 300 / 1300.
    expect(await list(chain())).toEqual({ a: 769_230_769, b: 230_769_230, c: 0, d: -3_500_000_000 });
  });

  it('stays as it is whatever happens on the chain once its windows are over', async () => {
    const own = JSON.stringify(await list(chain()));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
        const changed = chain();
        for (const happens of changes) happens(changed);
        expect(JSON.stringify(await list(changed))).toBe(own);
      }),
      { numRuns: 300 },
    );
  });

  it('counts what comes in the last slot of a window', async () => {
    const on = chain();
    on.submissions[3]!.e = { submission_value: 'orc1|3|idle|-', slot: 3_899 };
    on.triggers[3]!.a = { trigger_by: 'x', slot: 4_199, votes: [] };
    expect(await list(on)).toEqual({ a: 0, b: BOUNTY, c: 0, d: -3_500_000_000, e: 0 });
  });

  it('is none where nobody has submitted in time', async () => {
    const on = chain();
    on.submissions[3] = { a: { submission_value: 'orc1|3|idle|-', slot: 3_900 } };
    expect(await list(on)).toBeNull();
  });
});
