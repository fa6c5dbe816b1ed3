import { describe, expect, it } from '@jest/globals';
import { type AuthorQuestion, listAuthor } from '../../../orca/task/src/koii/list-author.js';
import { keptToRules, listFault } from '../../../orca/task/src/koii/list-rules.js';

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

  it.each([
    ['another order of keys', { b: 2, a: 1 }, null],
    ['one more', { a: 1, b: 2, x: 0 }, 'names x, who did not submit'],
    ['one less', { b: 2 }, 'leaves out a, who submitted'],
    ['another amount', { a: 1, b: 3 }, 'gives b 3 roe where 2 are due'],
    ['half a roe', { a: 1, b: 1.5 }, 'gives b 1.5, which is no whole number of roe'],
    ['an amount as text', { a: 1, b: '2' }, 'gives b "2", which is no whole number of roe'],
    ['no amount', { a: 1, b: 'x'.repeat(99) }, `gives b "${'x'.repeat(59)}, which is no whole number of roe`],
  ])('compare lists by their amounts, and say what is otherwise: %s', (_what, published, fault) => {
    expect(listFault({ a: 1, b: 2 }, published as Record<string, number>)).toBe(fault);
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
