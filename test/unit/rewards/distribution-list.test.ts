import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type AuditTrigger,
  distributionList,
  HASHES_PER_ROE,
  type VotedSubmission,
} from '../../../src/rewards/index.js';

const BOUNTY = 1_000_000_000n;
const STAKE = 5_000_000_000n;

function full(key: string, work: bigint, trigger: AuditTrigger | null = null): VotedSubmission {
  return { key, claim: { work, stake: STAKE, tier: 'full' }, hasProof: false, trigger };
}

function idle(key: string, hasProof = false): VotedSubmission {
  return { key, claim: null, hasProof, trigger: null };
}

function sampled(key: string, work: bigint, trigger: AuditTrigger | null = null): VotedSubmission {
  return { key, claim: { work, stake: STAKE, tier: 'sampled' }, hasProof: false, trigger };
}

/** The first of `saidFalse` triggered it. */
function votes(saidFalse: readonly string[], saidTrue: readonly string[] = []): AuditTrigger {
  return {
    triggeredBy: saidFalse[0]!,
    votes: [
      ...saidFalse.map((voter) => ({ voter, isValid: false })),
      ...saidTrue.map((voter) => ({ voter, isValid: true })),
    ],
  };
}

function list(submissions: readonly VotedSubmission[], before: readonly VotedSubmission[] = []) {
  return Object.fromEntries(distributionList({ bounty: BOUNTY, submissions, before }));
}

describe('the distribution list', () => {
  it('pays in proportion to work, rounded down, and names everybody', () => {
    // 10^9 · 1/3 and · 2/3, rounded down: one roe stays in the pot.
    expect(list([full('a', 10n), full('b', 20n), idle('c')])).toEqual({
      a: 333_333_333n,
      b: 666_666_666n,
      c: 0n,
    });
    expect(list([idle('a')])).toEqual({ a: 0n });
    expect(list([])).toEqual({});
  });

  it('counts no more work than the stated stake covers', () => {
    const most = STAKE * HASHES_PER_ROE;
    expect(list([full('a', most * 9n), full('b', most)])).toEqual({ a: 500_000_000n, b: 500_000_000n });
  });

  it('pays nothing for what is voted down or tied, and without a quorum takes nothing', () => {
    expect(list([full('a', 1n, votes(['x'])), full('b', 1n)])).toEqual({ a: 0n, b: BOUNTY });
    expect(list([full('a', 1n, votes(['x'], ['y'])), full('b', 1n)])).toEqual({ a: 0n, b: BOUNTY });
    expect(list([full('a', 1n, votes(['x'], ['y', 'z'])), full('b', 1n)])).toEqual({
      a: 500_000_000n,
      b: 500_000_000n,
    });
  });

  it('takes seven tenths of the stated stake when three or more, and more than two thirds, said false', () => {
    // ⌊0.7 · 5 · 10^9⌋ = 3.5 · 10^9.
    expect(list([full('a', 1n, votes(['x', 'y', 'z']))])).toEqual({ a: -3_500_000_000n });
    expect(list([full('a', 1n, votes(['x', 'y']))])).toEqual({ a: 0n });
    // 4 of 6 are two thirds, not more; 5 of 7 are more.
    expect(list([full('a', 1n, votes(['p', 'q', 'r', 's'], ['t', 'u']))])).toEqual({ a: 0n });
    expect(list([full('a', 1n, votes(['p', 'q', 'r', 's', 'v'], ['t', 'u']))])).toEqual({
      a: -3_500_000_000n,
    });
  });

  it('counts a voter once, one of both minds not at all, and nobody on its own submission', () => {
    expect(list([full('a', 1n, votes(['x', 'x', 'x']))])).toEqual({ a: 0n });
    expect(list([full('a', 1n, votes(['x'], ['x', 'y']))])).toEqual({ a: BOUNTY });
    // One of each without its own, two to one with it.
    expect(list([full('a', 1n, votes(['x'], ['a', 'y']))])).toEqual({ a: 0n });
    const unlisted: AuditTrigger = { triggeredBy: 'x', votes: [{ voter: 'y', isValid: true }] };
    expect(list([full('a', 1n, unlisted)])).toEqual({ a: 0n });
  });

  it('credits a sampled claim a round later, to the key that then proves it', () => {
    expect(list([sampled('a', 7n), full('b', 1n)])).toEqual({ a: 0n, b: BOUNTY });
    const before = [sampled('a', 3n), sampled('b', 9n)];
    expect(list([idle('a', true), full('b', 1n)], before)).toEqual({ a: 750_000_000n, b: 250_000_000n });
    const disproven = { ...idle('a', true), trigger: votes(['x']) };
    expect(list([disproven, full('b', 1n)], before)).toEqual({ a: 0n, b: BOUNTY });
    const votedDown = [sampled('a', 3n, votes(['x']))];
    expect(list([idle('a', true), full('b', 1n)], votedDown)).toEqual({ a: 0n, b: BOUNTY });
    // A full claim was paid in its own list.
    expect(list([idle('a', true), full('b', 1n)], [full('a', 3n)])).toEqual({ a: 0n, b: BOUNTY });
  });
});

const KEYS = ['a', 'b', 'c', 'd', 'e', 'f', 'g'] as const;
const key = fc.constantFrom(...KEYS);
const trigger = fc.option(
  fc.record({
    triggeredBy: key,
    votes: fc.array(fc.record({ voter: key, isValid: fc.boolean() }), { maxLength: 9 }),
  }),
);
const claim = fc.option(
  fc.record({
    work: fc.bigInt(1n, 2n ** 100n),
    stake: fc.bigInt(0n, 2n ** 64n - 1n),
    tier: fc.constantFrom('full' as const, 'sampled' as const),
  }),
);
const submissions = fc.uniqueArray(fc.record({ key, claim, hasProof: fc.boolean(), trigger }), {
  selector: (submission) => submission.key,
});
const round = fc.record({ bounty: fc.bigInt(0n, 10n ** 12n), submissions, before: submissions });

describe('whatever is submitted and voted', () => {
  it('everybody is listed and no more than the bounty paid', () => {
    fc.assert(
      fc.property(round, (listed) => {
        const made = distributionList(listed);
        expect([...made.keys()]).toEqual(listed.submissions.map((each) => each.key).sort());
        const paid = [...made.values()].filter((amount) => amount > 0n).reduce((sum, each) => sum + each, 0n);
        expect(paid <= listed.bounty).toBe(true);
      }),
    );
  });

  it('the order of submissions and of votes changes nothing', () => {
    const mirrored = (all: readonly VotedSubmission[]): VotedSubmission[] =>
      all
        .map((each) => ({
          ...each,
          trigger: each.trigger && { ...each.trigger, votes: [...each.trigger.votes].reverse() },
        }))
        .reverse();
    fc.assert(
      fc.property(round, ({ bounty, submissions, before }) => {
        const other = distributionList({
          bounty,
          submissions: mirrored(submissions),
          before: mirrored(before),
        });
        expect([...other]).toEqual([...distributionList({ bounty, submissions, before })]);
      }),
    );
  });

  it('two undoubted full claims within their stakes are paid as their works are, to the roe', () => {
    const work = fc.bigInt(1n, STAKE * HASHES_PER_ROE);
    fc.assert(
      fc.property(work, work, (a, b) => {
        const made = list([full('a', a), full('b', b)]);
        expect(made).toEqual({ a: (BOUNTY * a) / (a + b), b: (BOUNTY * b) / (a + b) });
      }),
    );
  });

  it('fewer than three voters slash nobody', () => {
    const two = fc.constantFrom('x', 'y');
    const doubted = fc.record({
      triggeredBy: two,
      votes: fc.array(fc.record({ voter: two, isValid: fc.boolean() })),
    });
    fc.assert(
      fc.property(doubted, fc.bigInt(1n, 2n ** 90n), (trigger, work) => {
        expect(list([full('a', work, trigger)]).a! >= 0n).toBe(true);
      }),
    );
  });
});
