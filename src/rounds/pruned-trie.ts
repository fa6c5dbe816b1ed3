/**
 * A claim's trie with all but the asked-for paths folded away: the one form of proof here. A key's path ends in its
 * leaf, which proves the key is counted, or in another key's leaf or in nothing, which proves it is not; many keys
 * share the upper part of their paths. As bytes, in preorder, each node begins with a tag (docs/claim-format.md,
 * "Pruned tries"):
 *
 *     00 empty · 01 leaf: its content · 02 closed: hash 32 ‖ sum u128 ‖ count u64 · 03 branch: left, then right
 *
 * Reading is strict: a leaf lies where its key's bits say, a branch has two keys or more below, sums are checked.
 */
import { type ByteReader, type ByteWriter, bigintToLe, CodedError } from '../lib/index.js';
import { bitOf, foldTrie, KEY_BITS, KEY_BYTES, type Leaves, splitAt } from './fold-trie.js';
import { branchNode, EMPTY, leafNode, type MinerRow, rowNode, type SumNode } from './sum-node.js';

export class PrunedTrieError extends CodedError<
  'TRIE_TAG' | 'TRIE_DEPTH' | 'TRIE_LEAF_MISPLACED' | 'TRIE_BRANCH_OF_ONE' | 'TRIE_CLOSED_EMPTY'
> {}

const TAG_EMPTY = 0;
const TAG_LEAF = 1;
const TAG_CLOSED = 2;
const TAG_BRANCH = 3;

/** A share as a leaf names it. */
export interface ShareLeaf {
  readonly hash: Uint8Array;
  readonly work: bigint;
}

/** How one of the two tries writes its leaves. */
export interface LeafForm<Leaf> {
  read(reader: ByteReader): Leaf;
  write(writer: ByteWriter, leaf: Leaf): void;
  key(leaf: Leaf): Uint8Array;
  folded(leaf: Leaf): SumNode;
}

/** share hash 32 ‖ work u128. */
export const SHARE_LEAF: LeafForm<ShareLeaf> = {
  read: (reader) => ({ hash: reader.bytes(KEY_BYTES), work: reader.u128() }),
  write: (writer, { hash, work }) => writer.bytes(hash).bytes(bigintToLe(work, 16)),
  key: ({ hash }) => hash,
  folded: ({ hash, work }) => leafNode(hash, work),
};

/** miner id 32 ‖ count u64 ‖ work u128 ‖ share root 32. */
export const ROW_LEAF: LeafForm<MinerRow> = {
  read: (reader) => ({
    minerId: reader.bytes(KEY_BYTES),
    count: reader.u64(),
    work: reader.u128(),
    shareRoot: reader.bytes(32),
  }),
  write: (writer, { minerId, count, work, shareRoot }) =>
    writer.bytes(minerId).u64(count).bytes(bigintToLe(work, 16)).bytes(shareRoot),
  key: ({ minerId }) => minerId,
  folded: rowNode,
};

export type PrunedTrie<Leaf> =
  | { readonly kind: 'empty'; readonly folded: SumNode }
  | { readonly kind: 'closed'; readonly folded: SumNode }
  | { readonly kind: 'leaf'; readonly folded: SumNode; readonly leaf: Leaf }
  | {
      readonly kind: 'branch';
      readonly folded: SumNode;
      readonly left: PrunedTrie<Leaf>;
      readonly right: PrunedTrie<Leaf>;
    };

/** Opens the paths of `keys` in the trie of `leaves`; the order of `keys` does not matter. */
export function pruneTrie<Leaf>(
  leaves: Leaves,
  leafAt: (index: number) => Leaf,
  keys: readonly Uint8Array[],
  [from, to, depth]: readonly [from: number, to: number, depth: number] = [0, leaves.length, 0],
): PrunedTrie<Leaf> {
  if (from === to) return { kind: 'empty', folded: EMPTY };
  if (keys.length === 0) return { kind: 'closed', folded: foldTrie(leaves, from, to, depth) };
  if (to - from === 1) return { kind: 'leaf', folded: leaves.folded(from), leaf: leafAt(from) };
  const middle = splitAt(leaves, from, to, depth);
  const toTheLeft = keys.filter((key) => bitOf(key, depth) === 0);
  const toTheRight = keys.filter((key) => bitOf(key, depth) === 1);
  const left = pruneTrie(leaves, leafAt, toTheLeft, [from, middle, depth + 1]);
  const right = pruneTrie(leaves, leafAt, toTheRight, [middle, to, depth + 1]);
  return { kind: 'branch', folded: branchNode(left.folded, right.folded), left, right };
}

export function writePrunedTrie<Leaf>(
  writer: ByteWriter,
  form: LeafForm<Leaf>,
  trie: PrunedTrie<Leaf>,
): ByteWriter {
  if (trie.kind === 'empty') return writer.u8(TAG_EMPTY);
  if (trie.kind === 'leaf') {
    form.write(writer.u8(TAG_LEAF), trie.leaf);
    return writer;
  }
  if (trie.kind === 'closed') {
    const { hash, sum, count } = trie.folded;
    return writer.u8(TAG_CLOSED).bytes(hash).bytes(bigintToLe(sum, 16)).u64(count);
  }
  writePrunedTrie(writer.u8(TAG_BRANCH), form, trie.left);
  return writePrunedTrie(writer, form, trie.right);
}

/** Reads one trie at the reader's place. Throws `PrunedTrieError`, `SumError` or `ByteReaderError`. */
export function readPrunedTrie<Leaf>(reader: ByteReader, form: LeafForm<Leaf>): PrunedTrie<Leaf> {
  const path = new Uint8Array(KEY_BYTES);
  const read = (depth: number): PrunedTrie<Leaf> => {
    const tag = reader.u8();
    if (tag === TAG_EMPTY) return { kind: 'empty', folded: EMPTY };
    if (tag === TAG_LEAF) return readLeaf(reader, form, path, depth);
    if (tag === TAG_CLOSED) return readClosed(reader);
    if (tag !== TAG_BRANCH) throw new PrunedTrieError('TRIE_TAG', `a trie node has no tag ${tag}`);
    if (depth === KEY_BITS) throw new PrunedTrieError('TRIE_DEPTH', 'a branch below the last bit of a key');
    const left = read(depth + 1);
    path[depth >> 3]! |= 0x80 >> (depth & 7);
    const right = read(depth + 1);
    path[depth >> 3]! &= ~(0x80 >> (depth & 7));
    const node = branchNode(left.folded, right.folded);
    if (node.count < 2n)
      throw new PrunedTrieError('TRIE_BRANCH_OF_ONE', 'a branch above fewer than two keys');
    return { kind: 'branch', folded: node, left, right };
  };
  return read(0);
}

function readLeaf<Leaf>(
  reader: ByteReader,
  form: LeafForm<Leaf>,
  path: Uint8Array,
  depth: number,
): PrunedTrie<Leaf> {
  const leaf = form.read(reader);
  const key = form.key(leaf);
  for (let d = 0; d < depth; d++) {
    if (bitOf(key, d) === bitOf(path, d)) continue;
    throw new PrunedTrieError('TRIE_LEAF_MISPLACED', `a leaf is not where bit ${d} of its key says`);
  }
  return { kind: 'leaf', folded: form.folded(leaf), leaf };
}

function readClosed<Leaf>(reader: ByteReader): PrunedTrie<Leaf> {
  const node = { hash: reader.bytes(32), sum: reader.u128(), count: reader.u64() };
  if (node.count === 0n || node.sum < node.count) {
    throw new PrunedTrieError('TRIE_CLOSED_EMPTY', 'a closed subtree has a share, and each share work');
  }
  return { kind: 'closed', folded: node };
}

/** The leaf of `key`, null where the trie shows that there is none, 'closed' where it does not show the path. */
export function findKey<Leaf>(
  trie: PrunedTrie<Leaf>,
  form: LeafForm<Leaf>,
  key: Uint8Array,
): Leaf | null | 'closed' {
  let at = trie;
  for (let depth = 0; at.kind === 'branch'; depth++) at = bitOf(key, depth) === 0 ? at.left : at.right;
  if (at.kind === 'closed') return 'closed';
  if (at.kind === 'empty') return null;
  return form.key(at.leaf).every((byte, i) => byte === key[i]) ? at.leaf : null;
}

/** Every opened leaf in order, with the work that lies before it. */
export function openedLeaves<Leaf>(trie: PrunedTrie<Leaf>): { leaf: Leaf; offset: bigint; work: bigint }[] {
  const found: { leaf: Leaf; offset: bigint; work: bigint }[] = [];
  const visit = (at: PrunedTrie<Leaf>, offset: bigint): void => {
    if (at.kind === 'leaf') found.push({ leaf: at.leaf, offset, work: at.folded.sum });
    if (at.kind !== 'branch') return;
    visit(at.left, offset);
    visit(at.right, offset + at.left.folded.sum);
  };
  visit(trie, 0n);
  return found;
}
