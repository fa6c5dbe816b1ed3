import { describe, expect, it } from '@jest/globals';
import { type AuthorQuestion, listAuthor } from '../../../orca/task/src/koii/list-author.js';
import { isSameList, keptToRules } from '../../../orca/task/src/koii/list-rules.js';

describe("Koii's rules for a list", () => {
  it('let one through that names every submitter, in integers, within the bounty', () => {
    const list = { a: 6, b: -7, c: 4 };
    expect(keptToRules(list, ['a', 'b'], 3)).toBe(list);
  });

  it.each([
    ['a submitter is missing', { a: 1 }],
    ['an amount is no integer', { a: 0.5, b: 0 }],
    ['it is more than the bounty', { a: 6, b: 5 }],
  ])('make zeros of it where %s', (_what, list) => {
    expect(keptToRules(list, ['a', 'b'], 10)).toEqual({ a: 0, b: 0 });
  });

  it('compare amounts, not the order of keys', () => {
    expect(isSameList({ a: 1, b: 2 }, { b: 2, a: 1 })).toBe(true);
    expect(isSameList({ a: 1 }, { a: 1, b: 0 })).toBe(false);
    expect(isSameList({ a: 1, b: 0 }, { a: 1 })).toBe(false);
    expect(isSameList({ a: 1 }, { a: 2 })).toBe(false);
  });
});

/**
 * Expected values by Python: `score = abs(letters(all) - letters({key: submission}))`, letters being the sum of
 * `ord` over `hashlib.sha256(json.dumps(x, separators=(',', ':')).encode()).hexdigest()`.
 */
/** The scores are a 396, b 652, c 253. */
const FARTHEST = 'b';

describe('the author of a list', () => {
  const of = (round: number, ...keys: string[]) => ({
    submissions: {
      [round]: Object.fromEntries(
        keys.map((key) => [key, { submission_value: `orc1|${key}`, slot: 7, round }]),
      ),
    },
    submissions_audit_trigger: {},
  });
  const ask = (more: Partial<AuthorQuestion>): string | null =>
    listAuthor({
      round: 5,
      infos: [of(5, 'a', 'b', 'c')],
      distribution: null,
      isPreviousFailed: false,
      ...more,
    });

  it('is the one whose letters are farthest from those of all', () => {
    expect(ask({})).toBe(FARTHEST);
  });

  it('is one of those who submitted in three rounds, where there are such', () => {
    expect(ask({ infos: [of(5, 'a', 'b', 'c'), of(4, 'b', 'd'), of(3, 'b')] })).toBe('b');
    expect(ask({ infos: [of(5, 'a', 'b', 'c'), of(4, 'd'), null] })).toBe(FARTHEST);
  });

  it('is none of those whose list failed, and nobody where nobody submitted', () => {
    const distribution = {
      distribution_rewards_submission: { 5: { [FARTHEST]: { submission_value: '', slot: 9 } } },
      distributions_audit_trigger: {},
      distributions_audit_record: { 5: 'PayoutFailed' },
    };
    expect(ask({ distribution })).not.toBe(FARTHEST);
    expect(ask({ infos: [null] })).toBeNull();
  });
});
