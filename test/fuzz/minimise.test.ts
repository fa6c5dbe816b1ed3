import { describe, expect, it } from '@jest/globals';
import type { Input } from './input.js';
import { minimised } from './minimise.js';

const BUDGET_MS = 10_000;

const long: Input = {
  door: { proxied: true, tls: true },
  steps: [
    { say: 'one\n' },
    { passMs: 1_000 },
    { say: 'two and some words around the needle, and more\n', cuts: [3, 9] },
    { work: 'block' },
  ],
};

const saysNeedle = async ({ steps }: Input): Promise<boolean> =>
  steps.some((step) => 'say' in step && step.say.includes('needle'));

describe('a failing input', () => {
  it('is left with what makes it fail', async () => {
    expect(await minimised(long, saysNeedle, BUDGET_MS)).toEqual({
      door: { proxied: false, tls: false },
      steps: [{ say: 'needle' }],
    });
  });

  it('stays as it is when every part is needed, or when there is no time', async () => {
    const whole = JSON.stringify(long);
    expect(await minimised(long, async (input) => JSON.stringify(input) === whole, BUDGET_MS)).toEqual(long);
    expect(await minimised(long, saysNeedle, -1)).toEqual(long);
  });
});
