/** Each input that was worth keeping, against every target by itself. */
import { describe, expect, it } from '@jest/globals';
import { readCorpus } from './input.js';
import { freshVerdict, TARGETS } from './targets.js';

const corpus = [...readCorpus()].map(([name, { about, ...input }]) => ({ name, about, input }));

describe('the corpus', () => {
  it.each(corpus)('holds: $name ($about)', async ({ input }) => {
    for (const target of TARGETS) expect([target, await freshVerdict(target, input)]).toEqual([target, null]);
  });
});
