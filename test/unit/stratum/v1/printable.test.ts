import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { printable } from '../../../../src/stratum/v1/printable.js';

const PROGRAM = fileURLToPath(new URL('./printable-many.js', import.meta.url));

describe('what a miner says of itself', () => {
  it('is at most 256 characters of ASCII', () => {
    expect(printable('cgminer/4.12.1')).toBe('cgminer/4.12.1');
    expect(printable('gr\u00fc\u00df\n\u4f60')).toBe('gr????');
    expect(printable('x'.repeat(1_000))).toBe('x'.repeat(256));
  });

  it('does not keep the 8 KB alive that it was in', () => {
    const bytes = Number(execFileSync(process.execPath, ['--expose-gc', PROGRAM], { encoding: 'utf8' }));
    expect(bytes).toBeGreaterThan(256);
    expect(bytes).toBeLessThan(1_000);
  });
});
