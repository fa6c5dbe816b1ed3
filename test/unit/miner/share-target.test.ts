import { describe, expect, it } from '@jest/globals';
import { targetLeOfDifficulty, targetOfDifficulty } from '../../../src/miner/index.js';

const ONE = 0xffffn << 208n;

describe('the target of a difficulty', () => {
  it('is the target of bits 0x1d00ffff at difficulty 1', () => {
    expect(targetOfDifficulty(1).toString(16).padStart(64, '0')).toBe(`00000000ffff${'0'.repeat(52)}`);
  });

  it('agrees with the worked example of the Bitcoin wiki, bits 0x1b0404cb', () => {
    const target = 0x0404cbn << 192n;
    const computed = targetOfDifficulty(16307.420938523983);
    const error = computed > target ? computed - target : target - computed;
    // The printed difficulty is a double: 53 bits of it are right.
    expect(error < target >> 52n).toBe(true);
  });

  it('divides exactly by fractions that are exact in binary, and floors', () => {
    expect(targetOfDifficulty(0.5)).toBe(ONE << 1n);
    expect(targetOfDifficulty(2 ** -20)).toBe(ONE << 20n);
    expect(targetOfDifficulty(1.5)).toBe((ONE * 2n) / 3n);
    expect(targetOfDifficulty(65_535 * 2 ** 100)).toBe(1n << 108n);
  });

  it('never exceeds 256 bits', () => {
    expect(targetOfDifficulty(1e-300)).toBe(2n ** 256n - 1n);
    expect(targetLeOfDifficulty(5e-324)).toEqual(new Uint8Array(32).fill(0xff));
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses difficulty %p', (difficulty) => {
    expect(() => targetOfDifficulty(difficulty)).toThrow(
      expect.objectContaining({ code: 'DIFFICULTY_INVALID' }),
    );
  });

  it('reads little-endian beside hashes in internal order', () => {
    expect(targetLeOfDifficulty(1).slice(24)).toEqual(
      Uint8Array.of(0, 0, 0xff, 0xff, 0, 0, 0, 0).slice(0, 8),
    );
  });
});
