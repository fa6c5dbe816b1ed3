import { describe, expect, it } from '@jest/globals';
import { weekOf } from '../../../src/lib/index.js';
import { addFigures, NO_FIGURES, withGain } from '../../../src/shares/worker-figures.js';

const SUNDAY_NIGHT_MS = Date.UTC(2026, 10, 22, 23, 59, 59, 999);
const MONDAY_MS = SUNDAY_NIGHT_MS + 1;

describe('a worker’s figures', () => {
  it('count weeks from Monday to Sunday in UTC', () => {
    expect(new Date(MONDAY_MS).getUTCDay()).toBe(1);
    expect(weekOf(MONDAY_MS)).toBe(weekOf(SUNDAY_NIGHT_MS) + 1);
    expect(weekOf(MONDAY_MS + 7 * 86_400_000 - 1)).toBe(weekOf(MONDAY_MS));
    expect(weekOf(0)).toBe(0);
  });

  it('keep the best for ever, and the week’s best only in its week', () => {
    const sunday = withGain(NO_FIGURES, { accepted: 1, work: 2n, squares: 1, best: 900 }, SUNDAY_NIGHT_MS);
    const monday = withGain(sunday, { accepted: 2, work: 4n, squares: 1, best: 50 }, MONDAY_MS);
    expect(sunday).toMatchObject({ bestEver: 900, bestWeek: 900 });
    expect(monday).toMatchObject({ bestEver: 900, bestWeek: 50, lastShareMs: MONDAY_MS, work: 6n });
    expect(monday.counts.accepted).toBe(3);
  });

  it('sum work exactly where doubles no longer can', () => {
    const large = withGain(NO_FIGURES, { accepted: 1, work: 2n ** 95n, squares: 1, best: 1 }, MONDAY_MS);
    expect(withGain(large, { accepted: 1, work: 1n, squares: 1, best: 1 }, MONDAY_MS).work).toBe(
      2n ** 95n + 1n,
    );
  });

  it('of two shards add up, and the older week’s best does not count', () => {
    const old = withGain(NO_FIGURES, { accepted: 1, work: 2n, squares: 1, best: 900 }, SUNDAY_NIGHT_MS);
    const present = withGain(NO_FIGURES, { accepted: 1, work: 3n, squares: 1, best: 50 }, MONDAY_MS);
    expect(addFigures(old, present)).toMatchObject({
      work: 5n,
      bestEver: 900,
      bestWeek: 50,
      week: weekOf(MONDAY_MS),
      lastShareMs: MONDAY_MS,
    });
  });
});
