import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';

const PROGRAM = fileURLToPath(new URL('weak-many.js', import.meta.url));

it('keeps what somebody has, and little of what nobody has any more', () => {
  const report = execFileSync(process.execPath, ['--expose-gc', PROGRAM], { encoding: 'utf8' });
  const { size, found } = JSON.parse(report) as { size: number; found: number };
  expect(found).toBe(50);
  expect(size).toBeLessThan(5_000);
});
