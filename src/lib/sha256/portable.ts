/** SHA-256 (FIPS 180-4) in plain JavaScript, for browsers and for runtimes without `crypto.hash`. */
import { compress, INITIAL_STATE } from './compress.js';
import { javascriptHasher } from './javascript-hasher.js';
import type { AddOnProblem, ShareHasher } from './share-hasher.js';

const state = new Int32Array(8);
const block = new Int32Array(16);
const PAD = 0x8000_0000 | 0;
/** A digest to be hashed, and the padding of 32 bytes. */
const digest = Int32Array.of(0, 0, 0, 0, 0, 0, 0, 0, PAD, 0, 0, 0, 0, 0, 0, 256);

/** Hashes into `out`, state words. */
function hashInto(out: Int32Array, data: Uint8Array): void {
  const { length } = data;
  let at = 0;
  let from = INITIAL_STATE;
  for (; at + 64 <= length; at += 64) {
    for (let i = 0, byte = at; i < 16; i++, byte += 4) {
      block[i] = (data[byte]! << 24) | (data[byte + 1]! << 16) | (data[byte + 2]! << 8) | data[byte + 3]!;
    }
    compress(state, from, block);
    from = state;
  }
  block.fill(0);
  for (let i = 0; at + i < length; i++) block[i >> 2]! |= data[at + i]! << (24 - 8 * (i & 3));
  const rest = length - at;
  block[rest >> 2]! |= 0x80 << (24 - 8 * (rest & 3));
  if (rest >= 56) {
    compress(state, from, block);
    from = state;
    block.fill(0);
  }
  block[14] = Math.floor(length / 0x2000_0000);
  block[15] = length << 3;
  compress(out, from, block);
}

function bytesOf(words: Int32Array): Uint8Array {
  const bytes = new Uint8Array(32);
  for (let i = 0; i < 32; i++) bytes[i] = words[i >> 2]! >>> (24 - 8 * (i & 3));
  return bytes;
}

/** 32 bytes. */
export function sha256(data: Uint8Array): Uint8Array {
  hashInto(state, data);
  return bytesOf(state);
}

/** SHA-256 twice, Bitcoin's hash of headers and transactions. */
export function sha256d(data: Uint8Array): Uint8Array {
  hashInto(digest, data);
  compress(state, INITIAL_STATE, digest);
  return bytesOf(state);
}

export const shareHasher: ShareHasher = javascriptHasher;

/** There is no add-on outside of Node. */
export const addOnProblem: AddOnProblem | null = null;
