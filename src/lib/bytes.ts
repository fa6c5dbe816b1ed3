/**
 * Byte strings at the border between people and wires. Inside Orcapool bytes are `Uint8Array` in the order the
 * wire and the hash functions use ("internal order"); block explorers and bitcoind's RPC show 32-byte hashes
 * reversed ("display order"), and only the two `…DisplayHex` functions know about that.
 */
import { CodedError } from './coded-error.js';

const HEX_OF_BYTE = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const HEX_PATTERN = /^(?:[0-9a-fA-F]{2})*$/;

export class HexError extends CodedError<'HEX_MALFORMED' | 'HEX_LENGTH'> {}

export function toHex(bytes: Uint8Array): string {
  let hex = '';
  for (let i = 0; i < bytes.length; i++) hex += HEX_OF_BYTE[bytes[i]!];
  return hex;
}

/** Upper or lower case; throws `HexError` on anything else, or when `length` (in bytes) is given and differs. */
export function fromHex(hex: string, length?: number): Uint8Array {
  if (!HEX_PATTERN.test(hex))
    throw new HexError('HEX_MALFORMED', `not an even run of hex digits: "${hex.slice(0, 80)}"`);
  if (length !== undefined && hex.length !== length * 2) {
    throw new HexError('HEX_LENGTH', `expected ${length} bytes of hex, got ${hex.length / 2}`);
  }
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** A 32-byte hash as bitcoind and explorers print it. */
export function toDisplayHex(hash: Uint8Array): string {
  return toHex(reversed(hash));
}

export function fromDisplayHex(hex: string): Uint8Array {
  return fromHex(hex, 32).reverse();
}

export function reversed(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(bytes).reverse();
}

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Lexicographic, the shorter first where one is a prefix of the other. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}

/** Little-endian unsigned integer of any length. */
export function bigintFromLe(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(reversed(bytes)) || '0'}`);
}

/** Little-endian, exactly `length` bytes; the caller guarantees 0 ≤ value < 2^(8·length). */
export function bigintToLe(value: bigint, length: number): Uint8Array {
  return fromHex(value.toString(16).padStart(length * 2, '0'), length).reverse();
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

export function fromUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}
