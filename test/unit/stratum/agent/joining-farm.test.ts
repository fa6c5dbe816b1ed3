import { describe, expect, it } from '@jest/globals';
import { type Farm, JoiningFarm } from './joining-farm.js';

/** Of each minute, summed up. */
function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

describe.each<[string, Farm['heedsAtOnce']]>([
  ['that heed a difficulty at once', () => true],
  ['that heed a difficulty from their next job on', () => false],
  ['of both kinds', (machine) => machine % 2 === 0],
])('200 S21s of a new farm, %s, that join within a minute', (_which, heedsAtOnce) => {
  it.each([1, 2, 3])(
    'are no flood, have no share refused, and have their work credited (seed %i)',
    (seed) => {
      const farm = new JoiningFarm(
        { machines: 200, hashrate: 200e12, joinMs: 60_000, heedsAtOnce },
        4096,
        seed,
      );
      farm.run(300_000);
      expect(farm.ended).toBeNull();
      expect(total(farm.minutes.map(({ refused }) => refused))).toBe(0);
      // Half of them in the first of five minutes; some 30 shares of the last three tell it to within a fifth.
      expect(Math.abs(total(farm.minutes.map(({ credited }) => credited)) - 4.5)).toBeLessThan(1.2);
      expect(farm.minutes.slice(2).map(({ uncredited }) => uncredited)).toEqual([0, 0, 0]);
    },
  );
});
