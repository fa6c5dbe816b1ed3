/** SHA-256 (FIPS 180-4) in plain JavaScript, for browsers and for runtimes without `crypto.hash`. */
import { compress, INITIAL_STATE } from './compress.js';

const state = new Int32Array(8);
const block = new Int32Array(16);

function wordAt(data: Uint8Array, at: number): number {
  return (data[at]! << 24) | (data[at + 1]! << 16) | (data[at + 2]! << 8) | data[at + 3]!;
}

/** 32 bytes. */
export function sha256(data: Uint8Array): Uint8Array {
  state.set(INITIAL_STATE);
  let at = 0;
  for (; at + 64 <= data.length; at += 64) {
    for (let i = 0; i < 16; i++) block[i] = wordAt(data, at + 4 * i);
    compress(state, state, block);
  }
  const tail = new Uint8Array(data.length - at < 56 ? 64 : 128);
  tail.set(data.subarray(at));
  tail[data.length - at] = 0x80;
  const view = new DataView(tail.buffer);
  view.setUint32(tail.length - 8, Math.floor(data.length / 0x2000_0000));
  view.setUint32(tail.length - 4, (data.length << 3) >>> 0);
  for (at = 0; at < tail.length; at += 64) {
    for (let i = 0; i < 16; i++) block[i] = wordAt(tail, at + 4 * i);
    compress(state, state, block);
  }
  const digest = new Uint8Array(32);
  const digestView = new DataView(digest.buffer);
  for (let i = 0; i < 8; i++) digestView.setInt32(4 * i, state[i]!);
  return digest;
}

/** SHA-256 twice, Bitcoin's hash of headers and transactions. */
export function sha256d(data: Uint8Array): Uint8Array {
  return sha256(sha256(data));
}
