/**
 * How mining programs turn the number of `mining.set_difficulty` into "shall I send this hash?", rewritten from
 * reading each. All doubles are IEEE 754 as in C; conversions to integers truncate, as C's do.
 */

/** The programs spell it 26959535291011309493156476344723991336010898738574164086137773096960.0. */
const TRUE_DIFF_ONE = 65535 * 2 ** 208;
const LIMB = (1n << 64n) - 1n;

/** The largest hash the program sends at a difficulty. */
export type TargetModel = (difficulty: number) => bigint;
/** Whether the program sends a hash. */
export type ShareModel = (hash: bigint, difficulty: number) => boolean;

/** cgminer `set_target`: truediffone / diff, cut into four 64-bit limbs from the top. */
function cgminer(difficulty: number): bigint {
  let rest = TRUE_DIFF_ONE / difficulty;
  let target = 0n;
  for (const exponent of [192, 128, 64, 0]) {
    const limb = BigInt(Math.trunc(rest / 2 ** exponent)) & LIMB;
    target |= limb << BigInt(exponent);
    rest -= Number(limb) * 2 ** exponent;
  }
  return target;
}

/** cpuminer `diff_to_target`: 64 bits of quotient at the 32-bit word where the difficulty is below 1. */
function cpuminer(difficulty: number): bigint {
  let scaled = difficulty;
  let word = 6;
  for (; word > 0 && scaled > 1; word--) scaled /= 2 ** 32;
  return (BigInt(Math.trunc(4294901760 / scaled)) & LIMB) << BigInt(32 * word);
}

/** "pdiff" as pools' and block explorers' texts define it, in whole numbers: (2^224 − 1) / difficulty. */
function pdiffExact(difficulty: number): bigint {
  const [numerator, denominator] = ratio(difficulty);
  return (((1n << 224n) - 1n) * denominator) / numerator;
}

/** The same in doubles; 2^224 − 1 rounds to 2^224. */
function pdiffDouble(difficulty: number): bigint {
  return BigInt(Math.trunc(2 ** 224 / difficulty));
}

/** A controller with only single floats: difficulty and quotient are rounded to 24 bits each. */
function singleFloat(one: number): TargetModel {
  return (difficulty) => BigInt(Math.trunc(Math.fround(Math.fround(one) / Math.fround(difficulty)))) << 192n;
}

/** The same on a divider that may be one unit in the last place too high, as reciprocal estimates are. */
function looseFloat(one: number): TargetModel {
  return (difficulty) =>
    BigInt(Math.trunc(Math.fround((one / Math.fround(difficulty)) * (1 + 2 ** -23)))) << 192n;
}

export const TARGET_MODELS: Readonly<Record<string, TargetModel>> = {
  cgminer,
  cpuminer,
  pdiffExact,
  pdiffDouble,
  singleFloatBdiff: singleFloat(0xffff0000),
  singleFloatPdiff: singleFloat(2 ** 32),
  looseFloatPdiff: looseFloat(2 ** 32),
};

/** `le256todouble` of cgminer, ESP-Miner and NerdMiner: four limbs, each rounded to a double, added from the top. */
function le256ToDouble(hash: bigint): number {
  let sum = 0;
  for (const exponent of [192, 128, 64, 0]) {
    sum += Number((hash >> BigInt(exponent)) & LIMB) * 2 ** exponent;
  }
  return sum;
}

export const SHARE_MODELS: Readonly<Record<string, ShareModel>> = {
  /** ESP-Miner `test_nonce_value`, sent when the share's difficulty is at least the pool's. */
  espMiner: (hash, difficulty) => TRUE_DIFF_ONE / le256ToDouble(hash) >= difficulty,
  /** NerdMiner `diff_from_target`, kept as a double; the same with the difficulty kept as a float. */
  nerdMiner: (hash, difficulty) => TRUE_DIFF_ONE / le256ToDouble(hash) >= difficulty,
  floatDifficulty: (hash, difficulty) => TRUE_DIFF_ONE / le256ToDouble(hash) >= Math.fround(difficulty),
  floatBoth: (hash, difficulty) =>
    Math.fround(TRUE_DIFF_ONE / le256ToDouble(hash)) >= Math.fround(difficulty),
};

/** A double as an exact fraction, through its bits: sign, 11 of exponent, 52 of mantissa. */
export function ratio(value: number): readonly [bigint, bigint] {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const raw = view.getBigUint64(0);
  const exponent = Number((raw >> 52n) & 0x7ffn) - 1075;
  const mantissa = (raw & ((1n << 52n) - 1n)) | (1n << 52n);
  return exponent >= 0 ? [mantissa << BigInt(exponent), 1n] : [mantissa, 1n << BigInt(-exponent)];
}
