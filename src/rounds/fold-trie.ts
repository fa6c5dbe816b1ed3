/**
 * A radix trie over 32-byte keys, folded to its root without being kept. At depth d a key goes left when its bit d
 * is 0, bit 0 being the highest of the first byte, so the trie's order is that of the bytes. A subtree with one key
 * is that key's leaf; keys with a common beginning have a branch at each of its bits, the other side empty.
 * A key's place is thus its own bits: no second place could hold it, and no order of insertion matters.
 */
import { CodedError } from '../lib/index.js';
import { branchNode, EMPTY, type SumNode } from './sum-node.js';

export class TrieError extends CodedError<'KEYS_NOT_ASCENDING'> {}

export const KEY_BYTES = 32;
export const KEY_BITS = 256;

/** Leaves in strictly ascending order of their keys; the caller guarantees the order. */
export interface Leaves {
  readonly length: number;
  /** 0 or 1. */
  bit(index: number, depth: number): number;
  folded(index: number): SumNode;
}

export function bitOf(key: Uint8Array, depth: number): number {
  return (key[depth >> 3]! >> (7 - (depth & 7))) & 1;
}

/** The first index in [from, to) whose key has a 1 at `depth`; `to` where none has. */
export function splitAt(leaves: Leaves, from: number, to: number, depth: number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (leaves.bit(middle, depth) === 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The subtree of the leaves [from, to), which agree in their first `depth` bits. Throws `SumError`. */
export function foldTrie(leaves: Leaves, from = 0, to = leaves.length, depth = 0): SumNode {
  if (from === to) return EMPTY;
  if (to - from === 1) return leaves.folded(from);
  if (depth === KEY_BITS) throw new TrieError('KEYS_NOT_ASCENDING', 'a key is in the trie twice');
  const middle = splitAt(leaves, from, to, depth);
  return branchNode(foldTrie(leaves, from, middle, depth + 1), foldTrie(leaves, middle, to, depth + 1));
}
