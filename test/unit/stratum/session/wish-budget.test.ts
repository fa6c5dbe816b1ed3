import { describe, expect, it } from '@jest/globals';
import { WishBudget } from '../../../../src/stratum/session/wish-budget.js';

const granted = (budget: WishBudget, nowMs: number, wishes: number, machines = 0): number =>
  Array.from({ length: wishes }, () => budget.spend(nowMs, machines)).filter(Boolean).length;

describe('wishes', () => {
  it('are granted sixteen times at once, then once every ten seconds', () => {
    const budget = new WishBudget(1_000);
    expect(granted(budget, 1_000, 100)).toBe(16);
    expect(granted(budget, 10_999, 100)).toBe(0);
    expect(granted(budget, 11_000, 100)).toBe(1);
    expect(granted(budget, 30_999, 100)).toBe(1);
    expect(granted(budget, 31_000, 100)).toBe(1);
  });

  it('are saved up to sixteen', () => {
    const budget = new WishBudget(0);
    expect(granted(budget, 3_600_000, 100)).toBe(16);
  });

  it('leave a session its ten minutes of jobs, of 512', () => {
    const budget = new WishBudget(0);
    let jobs = 0;
    for (let nowMs = 0; nowMs < 600_000; nowMs += 100) jobs += granted(budget, nowMs, 10);
    // 16 + 60 at most; a notify each 25 s and one for each new block come on top.
    expect(jobs).toBeLessThan(80);
  });

  it.each([
    [4_095, 16],
    [4_096, 8],
    [16_384, 3],
    [65_536, 1],
  ])('of an agent with %i machines are granted less often: %i at once', (machines, times) => {
    const budget = new WishBudget(0);
    expect(granted(budget, 0, 100, machines)).toBe(times);
    expect(granted(budget, 160_000, 100, machines)).toBe(times);
  });

  it('are not stopped by a clock that goes back', () => {
    const budget = new WishBudget(10_000);
    expect(granted(budget, 0, 100)).toBe(16);
  });
});
