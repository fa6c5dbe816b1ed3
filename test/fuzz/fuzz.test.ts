/**
 * A short run of `npm run fuzz` in a process of its own, as a person would start it, because errors that nobody catches
 * have to end in its hands. The seed is fixed, so that a failure comes again; `npm run fuzz` draws a new one.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const MAIN = fileURLToPath(new URL('./main.js', import.meta.url));
const RUNS = 600;
const SEED = 20_261_121;

describe('fuzzing', () => {
  it(`finds nothing in ${RUNS} inputs of seed ${SEED}`, () => {
    const args = ['--expose-gc', MAIN, '--runs', String(RUNS), '--seed', String(SEED)];
    const { status, signal, stdout, stderr } = spawnSync(process.execPath, args, {
      encoding: 'utf8',
      timeout: 50_000,
    });
    expect({ status, signal, stderr }).toEqual({ status: 0, signal: null, stderr: '' });
    expect(stdout).toContain(`--seed ${SEED}`);
    expect(stdout).toContain('nothing found');
  });
});
