import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  bitsOfDifficulty,
  bitsToTarget,
  difficultyOfBits,
  difficultyOfHash,
  difficultyText,
  gridFloor,
  isCanonicalBits,
  MAX_DIFFICULTY,
} from '../../../src/bitcoin/index.js';
import { bigintToLe, fromDisplayHex } from '../../../src/lib/index.js';
import { seededRandom } from '../stratum/session/modelled-miner.js';
import { ratio, SHARE_MODELS, TARGET_MODELS } from './firmware.js';

const DIFF1_TARGET = 0xffffn << 208n;

/** 10⁵ difficulties of the grid: its edges, then spread evenly over the logarithm from 1e-9 to 2⁶⁰. */
function gridValues(): number[] {
  const values: number[] = [];
  for (let decade = -9; decade < 0; decade++) {
    for (let step = 0; step < 100; step++) values.push(gridFloor((1 + step * 0.09) * 10 ** decade));
  }
  for (let integer = 1; integer <= 1000; integer++) values.push(integer);
  for (let power = 0; power <= 60; power++) {
    for (const offset of [-1, 0, 1]) values.push(gridFloor(Math.max(1, 2 ** power + offset)));
  }
  const random = seededRandom(2);
  while (values.length < 100_000) values.push(gridFloor(10 ** (-9 + random() * 27)));
  return values;
}

describe('the difficulty we send', () => {
  it('reads back as itself, commits canonical bits, and no firmware sends a hash that misses them', () => {
    const targetModels = Object.entries(TARGET_MODELS);
    const shareModels = Object.entries(SHARE_MODELS);
    const failures: string[] = [];
    for (const difficulty of gridValues()) {
      const read = Number(difficultyText(difficulty));
      if (read !== difficulty) failures.push(`${difficulty} is sent as ${difficultyText(difficulty)}`);
      const bits = bitsOfDifficulty(difficulty);
      if (!isCanonicalBits(bits)) failures.push(`${difficulty}: bits ${bits.toString(16)}`);
      const target = bitsToTarget(bits);
      for (const [name, model] of targetModels) {
        if (model(read) > target) failures.push(`${name} at ${difficulty}`);
      }
      for (const [name, sends] of shareModels) {
        if (sends(target + 1n, read)) failures.push(`${name} at ${difficulty}`);
      }
      // What the committed bits credit is at most 1 part in 2¹⁴ less than difficulty · 2³²: 2⁻¹⁵ from the
      // mantissa's 16 to 23 bits, 2⁻¹⁶ from 2²²⁴ against 0xffff·2²⁰⁸, 2⁻²² for single floats.
      const [numerator, denominator] = ratio(difficulty);
      if (target * numerator * (1n << 14n) > DIFF1_TARGET * denominator * ((1n << 14n) + 1n)) {
        failures.push(`${difficulty} loses more than 2^-14`);
      }
    }
    expect(failures.slice(0, 5)).toEqual([]);
  });

  it('is plain decimal text, an integer from 1 up', () => {
    expect(difficultyText(1e-9)).toBe('0.000000001');
    expect(difficultyText(1.25e-6)).toBe('0.00000125');
    expect(difficultyText(0.8)).toBe('0.8');
    expect(difficultyText(1)).toBe('1');
    expect(difficultyText(2 ** 60)).toBe('1152921504606846976');
  });
});

describe('gridFloor', () => {
  it('is the largest grid value not above, and leaves grid values alone', () => {
    // Below 1 the steps are 1, 1.25, 1.6, 2, 2.5, 3.2, 4, 5, 6.3, 8 of each decade.
    expect(gridFloor(0.99)).toBe(0.8);
    expect(gridFloor(0.0000015)).toBe(1.25e-6);
    expect(gridFloor(1e-12)).toBe(1e-9);
    expect(gridFloor(1.99)).toBe(1);
    expect(gridFloor(2 ** 24 + 1)).toBe(2 ** 24);
    expect(gridFloor(2 ** 24 + 2)).toBe(2 ** 24 + 2);
    // 24 significant bits: the last before 2⁵³ is 2⁵³ − 2²⁹.
    expect(gridFloor(2 ** 53 - 1)).toBe(2 ** 53 - 2 ** 29);
    expect(gridFloor(1e300)).toBe(MAX_DIFFICULTY);
    for (const value of gridValues().slice(0, 5000)) expect(gridFloor(value)).toBe(value);
  });

  it('holds every integer difficulty in a single float exactly', () => {
    for (const value of gridValues()) {
      if (value >= 1 && Math.fround(value) !== value) throw new Error(`${value} is no single float`);
    }
  });
});

describe('difficulty for people', () => {
  it('is what block explorers show', () => {
    expect(difficultyOfBits(0x1d00ffff)).toBe(1);
    // Bitcoin wiki, "Difficulty": 0x1b0404cb is 16307.420938523983.
    expect(difficultyOfBits(0x1b0404cb)).toBeCloseTo(16307.420938523983, 9);
    // Regtest: 0xffff·2²⁰⁸ / 0x7fffff·2²³² = 65535 / (8388607 · 2²⁴) = 4.6565423739069247e-10.
    expect(difficultyOfBits(0x207fffff)).toBeCloseTo(4.6565423739069247e-10, 24);
  });

  it('of a hash is diff-1 over the hash', () => {
    // The genesis block: 0xffff·2²⁰⁸ / 0x19d6689c085a… = 2536.4, as explorers give it.
    const genesis = fromDisplayHex('000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f');
    expect(difficultyOfHash(genesis)).toBeCloseTo(2536.42, 1);
    expect(difficultyOfHash(bigintToLe(DIFF1_TARGET, 32))).toBe(1);
    expect(Number.isFinite(difficultyOfHash(new Uint8Array(32)))).toBe(true);
  });

  it('of a hash is the quotient of whole numbers to the last place of a double but one', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.integer({ min: 0, max: 31 }),
        (bytes, zeros) => {
          const hash = bytes.fill(0, 32 - zeros);
          const value = BigInt(`0x${Buffer.from(hash).reverse().toString('hex')}`);
          fc.pre(value > 0n);
          const exact = Number(DIFF1_TARGET) / Number(value);
          expect(Math.abs(difficultyOfHash(hash) / exact - 1)).toBeLessThan(4 * Number.EPSILON);
        },
      ),
    );
  });
});
