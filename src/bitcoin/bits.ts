/**
 * Compact targets ("nBits") and work. A target is a 256-bit number a hash, read little-endian, must not exceed;
 * compact bits are its floating-point form: one exponent byte, a three-byte mantissa whose top bit is a sign.
 * Bitcoin Core's `arith_uint256::SetCompact`/`GetCompact` define both directions. Only canonical, positive bits
 * exist here: a value that would not re-encode to itself is refused, since two spellings of one target would give
 * one share two commitments.
 */
import { bigintToLe, CodedError } from '../lib/index.js';

export class BitsError extends CodedError<'BITS_NOT_CANONICAL'> {}

const MAX_TARGET = (1n << 256n) - 1n;

/** The largest canonical bits whose target does not exceed `target` (1 ≤ target < 2²⁵⁶). */
export function bitsAtMost(target: bigint): number {
  let size = Math.ceil(target.toString(16).length / 2);
  let mantissa =
    size <= 3 ? Number(target) * 2 ** (8 * (3 - size)) : Number(target >> BigInt(8 * (size - 3)));
  if (mantissa >= 0x80_0000) {
    mantissa = Math.floor(mantissa / 256);
    size++;
  }
  return size * 0x100_0000 + mantissa;
}

/** The smallest canonical bits whose target is at least `target`; the largest bits there are when none is. */
export function bitsAtLeast(target: bigint): number {
  const below = bitsAtMost(target > MAX_TARGET ? MAX_TARGET : target);
  if (decode(below) >= target) return below;
  const size = Math.floor(below / 0x100_0000);
  const mantissa = (below & 0x7f_ffff) + 1;
  const above = mantissa < 0x80_0000 ? size * 0x100_0000 + mantissa : (size + 1) * 0x100_0000 + 0x8000;
  return decode(above) <= MAX_TARGET ? above : below;
}

function decode(bits: number): bigint {
  const size = bits >>> 24;
  const mantissa = BigInt(bits & 0x7f_ffff);
  return size <= 3 ? mantissa >> BigInt(8 * (3 - size)) : mantissa << BigInt(8 * (size - 3));
}

export function isCanonicalBits(bits: number): boolean {
  if (!Number.isInteger(bits) || bits <= 0 || bits > 0xffff_ffff || (bits & 0x80_0000) !== 0) return false;
  const target = decode(bits);
  return target > 0n && target <= MAX_TARGET && bitsAtMost(target) === bits;
}

/** Throws `BitsError` unless `bits` is canonical. */
export function bitsToTarget(bits: number): bigint {
  if (!isCanonicalBits(bits)) {
    throw new BitsError('BITS_NOT_CANONICAL', `0x${bits.toString(16)} is not a canonical compact target`);
  }
  return decode(bits);
}

/** Expected hashes to meet `target`: ⌊2²⁵⁶ / (target + 1)⌋, the unit of Bitcoin's chainwork. */
export function workOfTarget(target: bigint): bigint {
  return (1n << 256n) / (target + 1n);
}

export function workOfBits(bits: number): bigint {
  return workOfTarget(bitsToTarget(bits));
}

/** 32 bytes, little-endian: the order in which a hash's bytes are compared with it. */
export function targetToLe(target: bigint): Uint8Array {
  return bigintToLe(target, 32);
}

/** Whether a hash (internal order) is at most a target (32 bytes, little-endian). Allocates nothing. */
export function hashMeets(hash: Uint8Array, targetLe: Uint8Array): boolean {
  for (let i = 31; i >= 0; i--) {
    const difference = hash[i]! - targetLe[i]!;
    if (difference !== 0) return difference < 0;
  }
  return true;
}
