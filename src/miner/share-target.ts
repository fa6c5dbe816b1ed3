/**
 * The share target a typical firmware computes from `mining.set_difficulty` ("bdiff": difficulty 1 is the target
 * of bits 0x1d00ffff). Exact: the quotient is floored as an integer, where firmwares round in double precision.
 */
import { bigintToLe, CodedError } from '../lib/index.js';

export class DifficultyError extends CodedError<'DIFFICULTY_INVALID'> {}

const DIFFICULTY_ONE = 0xffffn << 208n;
const MAX_TARGET = (1n << 256n) - 1n;

/** ⌊0xffff·2^208 / difficulty⌋, at most 2^256 − 1. Throws `DifficultyError` unless finite and above zero. */
export function targetOfDifficulty(difficulty: number): bigint {
  if (!Number.isFinite(difficulty) || difficulty <= 0) {
    throw new DifficultyError(
      'DIFFICULTY_INVALID',
      `difficulty must be above zero and finite: ${difficulty}`,
    );
  }
  // Every double is an integer times a power of two: doubling is exact, so the division can be too.
  let mantissa = difficulty;
  let scale = 0n;
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2;
    scale++;
  }
  const target = (DIFFICULTY_ONE << scale) / BigInt(mantissa);
  return target < MAX_TARGET ? target : MAX_TARGET;
}

/** The same as 32 bytes, little-endian, to compare with hashes in internal order. */
export function targetLeOfDifficulty(difficulty: number): Uint8Array {
  return bigintToLe(targetOfDifficulty(difficulty), 32);
}
