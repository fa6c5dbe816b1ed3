import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { readVectors } from '../../read-vectors.js';
import { BLOCKS } from './block-jobs.js';

const PROGRAM = fileURLToPath(new URL('./verdict-report.js', import.meta.url));

describe('the pure rooms on either SHA-256', () => {
  it.each([
    ['node', []],
    ['portable', ['--conditions=orcapool-portable']],
  ])('come to the same verdicts (%s)', (_name, conditions) => {
    const report = JSON.parse(execFileSync(process.execPath, [...conditions, PROGRAM], { encoding: 'utf8' }));
    const { branch } = readVectors<{ readonly branch: readonly string[] }>('template');
    const { cases } = readVectors<{ readonly cases: readonly { readonly minerId: string }[] }>('commitment');
    expect(report).toEqual({
      shares: BLOCKS.map(({ hash }) => ['accepted', true, hash]),
      branch,
      // The vectors' last case is the K2 key of 32 zero bytes.
      miner: cases.at(-1)!.minerId,
    });
  });
});
