import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { CHECKS, explainCheck } from '../../../src/audit/index.js';
import { ROOT } from '../house/repository.js';

const FINDINGS = { invalid: 'invalid', 'no weight for that claim': 'unweighed', suspect: 'suspect' } as const;

describe('the checks', () => {
  it('have the numbers, names and findings of docs/claim-format.md', () => {
    const text = readFileSync(join(ROOT, 'docs/claim-format.md'), 'utf8');
    const rows = [...text.matchAll(/^\| (\d+) \| `([a-z-]+)` \|.*\| ([a-z ]+) \|$/gm)];
    const documented = rows.map(([, no, name, finding]) => ({
      no: Number(no),
      name,
      makes: FINDINGS[finding as keyof typeof FINDINGS],
    }));
    expect(CHECKS).toEqual(documented);
    expect(CHECKS).toHaveLength(39);
  });

  it('are found by their numbers', () => {
    expect(explainCheck(27)).toEqual({ no: 27, name: 'share-work', makes: 'invalid' });
    expect(explainCheck(0)).toBeNull();
    expect(explainCheck(40)).toBeNull();
  });
});
