import { describe, expect, it } from '@jest/globals';
import { causeToChange } from '../../../src/bitcoind/template-policy.js';

const LIMITS = { refreshMs: 30_000, feeGainPermille: 5 };
const tip = (byte: number) => new Uint8Array(32).fill(byte);
const CURRENT = { prevHash: tip(1), coinbaseValueSats: 320_000_000n };

const present = (isEmptyFirst = false) => ({ template: CURRENT, isEmptyFirst });

const cause = (offered: Partial<typeof CURRENT>, ageMs: number) =>
  causeToChange(present(), { ...CURRENT, ...offered }, ageMs, LIMITS);

describe('a template', () => {
  it('replaces none, and one on another tip, at any age', () => {
    expect(causeToChange(null, CURRENT, 0, LIMITS)).toBe('tip');
    expect(cause({ prevHash: tip(2), coinbaseValueSats: 1n }, 0)).toBe('tip');
  });

  it('replaces one of 30 s, even for less', () => {
    expect(cause({ coinbaseValueSats: 319_000_000n }, 29_999)).toBeNull();
    expect(cause({ coinbaseValueSats: 319_000_000n }, 30_000)).toBe('age');
  });

  it('replaces a younger one for 5 thousandths more: 1,600,000 of 320,000,000 sats', () => {
    expect(cause({ coinbaseValueSats: 321_599_999n }, 0)).toBeNull();
    expect(cause({ coinbaseValueSats: 321_600_000n }, 0)).toBe('fees');
  });

  it('replaces empty work on the same tip at once, even when it is worth no more', () => {
    expect(causeToChange(present(true), CURRENT, 0, LIMITS)).toBe('full');
    expect(causeToChange(present(true), { ...CURRENT, prevHash: tip(2) }, 0, LIMITS)).toBe('tip');
  });

  it('is not exchanged for one worth the same, however low the threshold', () => {
    expect(causeToChange(present(), CURRENT, 0, { ...LIMITS, feeGainPermille: 0 })).toBeNull();
  });
});
