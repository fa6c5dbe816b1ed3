/** From a notify and a choice of extranonce2, time, version and nonce to the 80 bytes that are hashed. */
import { concatBytes, sha256d } from '../lib/index.js';
import type { Notify } from './notify.js';

/** What a miner chooses; together with the notify and extranonce1 it determines the header. */
export interface HeaderChoice {
  readonly extranonce2: Uint8Array;
  readonly time: number;
  /** The whole version, rolled bits included. */
  readonly version: number;
  readonly nonce: number;
}

/** `sha256d(hash ‖ sibling)` up the branch; internal order. */
export function foldMerkle(coinbaseTxid: Uint8Array, branch: readonly Uint8Array[]): Uint8Array {
  let hash = coinbaseTxid;
  for (const sibling of branch) hash = sha256d(concatBytes(hash, sibling));
  return hash;
}

export function coinbaseOf(notify: Notify, extranonce1: Uint8Array, extranonce2: Uint8Array): Uint8Array {
  return concatBytes(notify.coinbase1, extranonce1, extranonce2, notify.coinbase2);
}

export function buildHeader(notify: Notify, extranonce1: Uint8Array, choice: HeaderChoice): Uint8Array {
  const header = new Uint8Array(80);
  const view = new DataView(header.buffer);
  view.setUint32(0, choice.version, true);
  header.set(notify.prevHash, 4);
  header.set(foldMerkle(sha256d(coinbaseOf(notify, extranonce1, choice.extranonce2)), notify.branch), 36);
  view.setUint32(68, choice.time, true);
  view.setUint32(72, notify.bits, true);
  view.setUint32(76, choice.nonce, true);
  return header;
}

/**
 * The version with the `index`-th filling of the bits that `mask` allows (BIP310): the lowest bit of `index` goes to
 * the mask's lowest bit, and so on. 0 ≤ `index` < `rolledVersions(mask)`; index 0 clears the masked bits.
 */
export function rollVersion(version: number, mask: number, index: number): number {
  let rolled = version & ~mask;
  let left = index;
  for (let bit = 0; bit < 32 && left > 0; bit++) {
    if (((mask >>> bit) & 1) === 0) continue;
    rolled |= (left & 1) << bit;
    left = Math.floor(left / 2);
  }
  return rolled >>> 0;
}

export function rolledVersions(mask: number): number {
  let count = 1;
  for (let bit = 0; bit < 32; bit++) if ((mask >>> bit) & 1) count *= 2;
  return count;
}
