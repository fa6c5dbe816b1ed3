/**
 * Byte strings at the border between people and wires. Inside Orcapool bytes are `Uint8Array` in the order the
 * wire and the hash functions use ("internal order"); block explorers and bitcoind's RPC show 32-byte hashes
 * reversed ("display order"), and only the two `…DisplayHex` functions know about that.
 */
import { CodedError } from './coded-error.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const HEX_OF_BYTE = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
/** Set in no nibble. */
const NOT_HEX = 0x80;
/** A block template is megabytes of hex: a table reads it in a tenth of the time that `parseInt` takes. */
const NIBBLE_OF_CODE = Uint8Array.from({ length: 128 }, (_, code) => {
  const digit = '0123456789abcdef'.indexOf(String.fromCharCode(code).toLowerCase());
  return digit < 0 ? NOT_HEX : digit;
});

export class HexError extends CodedError<'HEX_MALFORMED' | 'HEX_LENGTH'> {}

/** The longest whose digits V8 still joins into one run of characters. */
const JOINED_BYTES = 6;
const DIGITS = utf8('0123456789abcdef');
/** For what is written most: ids, hashes, coinbases. */
const digits = new Uint8Array(1024);

/** Lower case. One run of characters: joined digit by digit a hash would be kept as a tree of 30 strings, 1 KB of them. */
export function toHex(bytes: Uint8Array): string {
  if (bytes.length <= JOINED_BYTES) {
    let hex = '';
    for (let i = 0; i < bytes.length; i++) hex += HEX_OF_BYTE[bytes[i]!];
    return hex;
  }
  const length = 2 * bytes.length;
  const text = length <= digits.length ? digits.subarray(0, length) : new Uint8Array(length);
  for (let i = 0; i < bytes.length; i++) {
    text[2 * i] = DIGITS[bytes[i]! >> 4]!;
    text[2 * i + 1] = DIGITS[bytes[i]! & 0xf]!;
  }
  return fromUtf8(text);
}

/** Upper or lower case; throws `HexError` on anything else, or when `length` (in bytes) is given and differs. */
export function fromHex(hex: string, length?: number): Uint8Array {
  const bytes = new Uint8Array(hex.length >>> 1);
  let malformed = hex.length & 1;
  for (let i = 0; i < bytes.length; i++) {
    const high = NIBBLE_OF_CODE[hex.charCodeAt(2 * i)] ?? NOT_HEX;
    const low = NIBBLE_OF_CODE[hex.charCodeAt(2 * i + 1)] ?? NOT_HEX;
    malformed |= (high | low) & NOT_HEX;
    bytes[i] = (high << 4) | low;
  }
  if (malformed !== 0) {
    throw new HexError('HEX_MALFORMED', `not an even run of hex digits: "${hex.slice(0, 80)}"`);
  }
  if (length !== undefined && bytes.length !== length) {
    throw new HexError('HEX_LENGTH', `expected ${length} bytes of hex, got ${bytes.length}`);
  }
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

export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

export function fromUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}
