/**
 * Difficulty: what people read and what `mining.set_difficulty` carries; bits are what is checked. Firmware turns
 * a difficulty into a target by one of two conventions (0xffff·2²⁰⁸ or about 2²²⁴, divided by it) in doubles or
 * even single floats, so the bits of a difficulty are chosen to contain every one of those targets: a share that
 * meets what the firmware computed always meets the committed bits. Bits resolve 1 part in 2¹⁵ at worst.
 *
 * Difficulties come from a grid: integers that a single float holds exactly, and below 1 ten steps a decade.
 */

import { bitsAtLeast, bitsToTarget } from './bits.js';

const DIFF1_TARGET = 0xffffn << 208n;
/** Above every convention's difficulty-1 target, with 2⁻²² to spare for single-float arithmetic (2⁻²⁴). */
const DIFF1_TARGET_CEILING = (1n << 224n) + (1n << 202n);

/** Renard's series R10: each step at most 1.28 times the last. */
const STEPS_BELOW_ONE = [1, 1.25, 1.6, 2, 2.5, 3.2, 4, 5, 6.3, 8] as const;
/** Below 2.4e-10 cpuminer's target no longer fits 64 bits, and one share is worth a single hash. */
const DECADES_BELOW_ONE = 9;

/** Ascending, from 1e-9 to below 1. */
const FRACTIONS: readonly number[] = Array.from(
  { length: DECADES_BELOW_ONE },
  (_, i) => i - DECADES_BELOW_ONE,
)
  .flatMap((exponent) => STEPS_BELOW_ONE.map((step) => Number(`${step}e${exponent}`)))
  .filter((difficulty) => difficulty < 1);

/** The largest integer difficulty on the grid; its work stays below 2⁹⁶. */
export const MAX_DIFFICULTY: number = 2 ** 60;

/** The largest grid difficulty ≤ `difficulty` (the smallest one there is when none is). Finite and > 0 wanted. */
export function gridFloor(difficulty: number): number {
  if (difficulty >= 1) {
    const integer = Math.floor(Math.min(difficulty, MAX_DIFFICULTY));
    let exponent = Math.floor(Math.log2(integer));
    if (2 ** exponent > integer) exponent--; // log2 rounds up just below a power of two
    const step = 2 ** Math.max(0, exponent - 23);
    return Math.floor(integer / step) * step;
  }
  let best = FRACTIONS[0]!;
  for (const fraction of FRACTIONS) {
    if (fraction > difficulty) break;
    best = fraction;
  }
  return best;
}

/** Plain decimal text, as sent on the wire; it reads back to exactly the same double. */
export function difficultyText(difficulty: number): string {
  if (difficulty >= 1) return BigInt(Math.floor(difficulty)).toString();
  return difficulty.toFixed(13).replace(/0+$/, '');
}

/** Every job of every miner asks, of the few difficulties there are at a time. */
const bitsKnown = new Map<number, number>();
const MOST_KNOWN = 10_000;

/** The committed bits of a difficulty on the grid. */
export function bitsOfDifficulty(difficulty: number): number {
  let bits = bitsKnown.get(difficulty);
  if (bits === undefined) {
    const [numerator, denominator] = ratioOf(difficulty);
    const ceiling = (DIFF1_TARGET_CEILING * denominator + numerator - 1n) / numerator;
    bits = bitsAtLeast(ceiling);
    if (bitsKnown.size >= MOST_KNOWN) bitsKnown.clear();
    bitsKnown.set(difficulty, bits);
  }
  return bits;
}

/** A double as an exact fraction. */
function ratioOf(value: number): readonly [bigint, bigint] {
  let denominator = 1n;
  let scaled = value;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    denominator *= 2n;
  }
  return [BigInt(scaled), denominator];
}

/** For people: 0xffff·2²⁰⁸ divided by the target. */
export function difficultyOfTarget(target: bigint): number {
  return Number(DIFF1_TARGET) / Number(target === 0n ? 1n : target);
}

export function difficultyOfBits(bits: number): number {
  return difficultyOfTarget(bitsToTarget(bits));
}

/**
 * The difficulty a hash (internal order) would just have met: "best share" figures. Called per share, so it takes the
 * hash's 8 highest bytes that are not zero, which is more than a double holds; it allocates nothing.
 */
export function difficultyOfHash(hash: Uint8Array): number {
  let top = 31;
  while (top > 7 && hash[top] === 0) top--;
  let value = 0;
  for (let i = top; i > top - 8; i--) value = value * 256 + hash[i]!;
  return DIFF1_OF_HASH / (value === 0 ? 1 : value * 2 ** (8 * (top - 7)));
}

const DIFF1_OF_HASH = Number(DIFF1_TARGET);
