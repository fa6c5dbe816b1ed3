import { describe, expect, it } from '@jest/globals';
import { FLOODED, FloodingMiner, type Minute } from './flooding-miner.js';

/** At difficulty 1e-9 a share takes 4.3 hashes: 140 shares a second, 8,400 a minute. */
const HASHES_PER_SECOND = 600;

function total(figures: readonly Minute[], key: keyof Minute): number {
  return figures.reduce((sum, minute) => sum + minute[key], 0);
}

describe('a miner that wishes for the lowest difficulties by turns and mines the easiest job it has', () => {
  const figures = new FloodingMiner(HASHES_PER_SECOND).run(15);

  it('is credited a thousand shares of outgrown jobs, then a hundred a minute, and as many as its interval wants', () => {
    // In a minute six are wanted; wishes, of which six a minute are heard, bring as much again.
    expect(figures[0]!.credited).toBeLessThan(1_000 + 200);
    for (const { credited } of figures.slice(1)) expect(credited).toBeLessThan(100 + 50);
  });

  it('is told nothing of it', () => {
    expect(total(figures, 'rejected')).toBe(0);
    expect(total(figures, 'uncredited')).toBeGreaterThan(50_000);
  });

  it('counts for three miners where the share interval is worked out', () => {
    // 15 minutes are 90 intervals.
    expect(total(figures, 'credited') - total(figures, 'excess')).toBeLessThanOrEqual(3 * 90);
  });
});

describe('a miner that fixed a difficulty far too low', () => {
  it('floods, all but three shares an interval in excess, until rounds are full by that', () => {
    const minutes = new FloodingMiner(HASHES_PER_SECOND, FLOODED, 1e-9).run(2);
    expect(total(minutes, 'credited')).toBeGreaterThan(16_000);
    expect(total(minutes, 'credited') - total(minutes, 'excess')).toBeLessThanOrEqual(3 * 12);
  });

  it('has a lower bound instead of it from then on', () => {
    const rules = { ...FLOODED, fixed: 'holds-without-excess' } as const;
    const minutes = new FloodingMiner(HASHES_PER_SECOND, rules, 1e-9).run(2);
    expect(total(minutes, 'credited')).toBeLessThan(1_400);
  });
});
