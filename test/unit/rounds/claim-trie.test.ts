import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ByteReader, ByteWriter, toHex } from '../../../src/lib/index.js';
import { foldTrie } from '../../../src/rounds/fold-trie.js';
import {
  findKey,
  openedLeaves,
  pruneTrie,
  readPrunedTrie,
  SHARE_LEAF,
  writePrunedTrie,
} from '../../../src/rounds/pruned-trie.js';
import { ShareSet } from '../../../src/rounds/share-set.js';
import { branchNode, EMPTY, leafNode, MAX_U64, MAX_U128, rowNode } from '../../../src/rounds/sum-node.js';
import { bytesOf } from './claim-source.js';

interface Leaf {
  readonly hash: Uint8Array;
  readonly work: bigint;
}

/** The rule read aloud, with another SHA-256 and other arithmetic: text for bits, hex for numbers. */
function naiveRoot(leaves: readonly Leaf[]): { hash: string; sum: bigint; count: bigint } {
  const H = (hex: string): string => createHash('sha256').update(hex, 'hex').digest('hex');
  const le = (value: bigint, bytes: number): string =>
    Buffer.from(value.toString(16).padStart(bytes * 2, '0'), 'hex')
      .reverse()
      .toString('hex');
  const bits = (hash: Uint8Array): string =>
    [...hash].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const build = (rest: readonly Leaf[], depth: number): { hash: string; sum: bigint; count: bigint } => {
    if (rest.length === 0) return { hash: '00'.repeat(32), sum: 0n, count: 0n };
    if (rest.length === 1) {
      const { hash, work } = rest[0]!;
      return { hash: H(`00${toHex(hash)}${le(work, 16)}`), sum: work, count: 1n };
    }
    const [l, r] = ['0', '1'].map((bit) =>
      build(
        rest.filter(({ hash }) => bits(hash)[depth] === bit),
        depth + 1,
      ),
    ) as [ReturnType<typeof naiveRoot>, ReturnType<typeof naiveRoot>];
    const side = (n: ReturnType<typeof naiveRoot>): string => `${n.hash}${le(n.sum, 16)}${le(n.count, 8)}`;
    return { hash: H(`01${side(l)}${side(r)}`), sum: l.sum + r.sum, count: l.count + r.count };
  };
  return build(leaves, 0);
}

/** Keys from few values of few bytes, so that long common beginnings and repetitions are frequent. */
const leaf = fc
  .tuple(
    fc.array(fc.constantFrom(0, 1, 0x80, 0xff), { minLength: 3, maxLength: 3 }),
    fc.bigInt(1n, (1n << 96n) - 1n),
  )
  .map(([start, work]): Leaf => {
    const hash = new Uint8Array(32);
    // The first four bytes are often equal and the last differs, so that the sort has ties to settle.
    hash.set(start.slice(0, 2));
    hash[31] = start[2]!;
    return { hash, work };
  });

function unique(leaves: readonly Leaf[]): Leaf[] {
  return [...new Map(leaves.map((one) => [toHex(one.hash), one])).values()];
}

function sortedSet(leaves: readonly Leaf[]) {
  const set = new ShareSet();
  for (const { hash, work } of leaves) set.add(0, hash, work);
  return set.sort(Uint32Array.of(0));
}

describe('the claim trie', () => {
  it('has the root that the rule gives, whatever the order of the shares', () => {
    fc.assert(
      fc.property(fc.array(leaf, { maxLength: 40 }), fc.integer(), (drawn, seed) => {
        const leaves = unique(drawn);
        const shuffled = leaves.toSorted(
          (a, b) => (Math.imul(a.hash[0]! + a.hash[1]! * 7, seed) % 97) - (Math.imul(b.hash[0]!, seed) % 97),
        );
        const { hash, sum, count } = foldTrie(sortedSet(shuffled));
        expect({ hash: toHex(hash), sum, count }).toEqual(naiveRoot(leaves));
      }),
    );
  });

  it('counts a share that is given twice once', () => {
    const leaves = [1, 2, 3].map((n) => ({ hash: bytesOf(`share ${n}`), work: 5n }));
    const twice = sortedSet([...leaves, ...leaves, leaves[1]!]);
    expect(twice.repeated).toBe(4);
    expect(toHex(foldTrie(twice).hash)).toBe(naiveRoot(leaves).hash);
  });

  it('sorts by miner first, in the order of the ranks, and by hash within', () => {
    const set = new ShareSet();
    const hashes = Array.from({ length: 3_000 }, (_, i) => bytesOf(`share ${i % 2_900}`));
    for (const [i, hash] of hashes.entries()) set.add(i % 7, hash, 1n);
    const rank = Uint32Array.of(3, 1, 6, 0, 2, 5, 4);
    const sorted = set.sort(rank);
    const expected = [...new Set(hashes.map((hash, i) => `${rank[i % 7]} ${toHex(hash)}`))].sort();
    const keys = Array.from(
      expected,
      (_, place) => `${rank[sorted.miner(place)]} ${toHex(sorted.hash(place))}`,
    );
    expect(keys).toEqual(expected);
    expect(sorted.length).toBe(expected.length);
    expect(toHex(hashes[sorted.added(17)]!)).toBe(toHex(sorted.hash(17)));
  });

  it('sorts more miners than 16 bits number', () => {
    const set = new ShareSet();
    const miners = 70_000;
    for (let i = 0; i < miners; i++) set.add(i, bytesOf('one hash'), 1n);
    const sorted = set.sort(Uint32Array.from({ length: miners }, (_, i) => miners - 1 - i));
    for (const place of [0, 1, 0xffff, 0x1_0000, miners - 1])
      expect(sorted.miner(place)).toBe(miners - 1 - place);
  });

  it('takes no work of zero, and no sums beyond 128 and 64 bits', () => {
    const of = (sum: bigint, count: bigint) => ({ hash: new Uint8Array(32), sum, count });
    expect(() => leafNode(bytesOf('a'), 0n)).toThrow(expect.objectContaining({ code: 'WORK_ZERO' }));
    const row = { minerId: bytesOf('m'), count: 0n, work: 1n, shareRoot: bytesOf('r') };
    expect(() => rowNode(row)).toThrow(expect.objectContaining({ code: 'WORK_ZERO' }));
    expect(branchNode(of(MAX_U128 - 1n, 1n), of(1n, 1n)).sum).toBe(MAX_U128);
    expect(() => branchNode(of(MAX_U128, 1n), of(1n, 1n))).toThrow(
      expect.objectContaining({ code: 'WORK_OVERFLOW' }),
    );
    expect(() => branchNode(of(1n, MAX_U64), of(1n, 1n))).toThrow(
      expect.objectContaining({ code: 'COUNT_OVERFLOW' }),
    );
  });
});

describe('a pruned trie', () => {
  const leafOf = (sorted: ReturnType<typeof sortedSet>) => (place: number) => ({
    hash: sorted.hash(place).slice(),
    work: sorted.work(place),
  });

  it('has the same root, tells what is in it and what is not, and survives its bytes', () => {
    fc.assert(
      fc.property(fc.array(leaf, { maxLength: 30 }), fc.array(leaf, { maxLength: 4 }), (drawn, asked) => {
        const leaves = unique(drawn);
        const sorted = sortedSet(leaves);
        const keys = asked.map(({ hash }) => hash);
        const trie = pruneTrie(sorted, leafOf(sorted), keys);
        const bytes = writePrunedTrie(new ByteWriter(), SHARE_LEAF, trie).finish();
        const reader = new ByteReader(bytes);
        const again = readPrunedTrie(reader, SHARE_LEAF);
        reader.end();
        expect(toHex(again.folded.hash)).toBe(naiveRoot(leaves).hash);
        for (const key of keys) {
          const own = leaves.find(({ hash }) => toHex(hash) === toHex(key));
          expect(findKey(again, SHARE_LEAF, key)).toEqual(own ?? null);
        }
        const inOrder = leaves.toSorted((a, b) => (toHex(a.hash) < toHex(b.hash) ? -1 : 1));
        for (const opened of openedLeaves(again)) {
          const before = inOrder.slice(
            0,
            inOrder.findIndex(({ hash }) => toHex(hash) === toHex(opened.leaf.hash)),
          );
          expect(opened.offset).toBe(before.reduce((sum, { work }) => sum + work, 0n));
        }
      }),
    );
  });

  const at = (first: number): Uint8Array => Uint8Array.of(first, ...new Uint8Array(31));
  const written = (first: number): string => `01${toHex(at(first))}02${'00'.repeat(15)}`;
  const closed = (sum: string, count: string): string =>
    `02${'aa'.repeat(32)}${sum.padEnd(32, '0')}${count.padEnd(16, '0')}`;

  it.each([
    ['a leaf where its key does not belong', `03${written(0x80)}${written(0x00)}`, 'TRIE_LEAF_MISPLACED'],
    ['one key twice', `03${written(0x00)}${written(0x00)}`, 'TRIE_LEAF_MISPLACED'],
    ['a branch above one leaf', `03${written(0x00)}00`, 'TRIE_BRANCH_OF_ONE'],
    ['a branch above nothing', '030000', 'TRIE_BRANCH_OF_ONE'],
    ['a closed subtree of no share', `03${written(0x00)}${closed('05', '')}`, 'TRIE_CLOSED_EMPTY'],
    [
      'a closed subtree with more shares than work',
      `03${written(0x00)}${closed('05', '06')}`,
      'TRIE_CLOSED_EMPTY',
    ],
    ['another tag', '04', 'TRIE_TAG'],
    ['branches below the last bit', '03'.repeat(300), 'TRIE_DEPTH'],
    ['an end in the middle', `03${written(0x00)}`, 'BYTES_TRUNCATED'],
    ['sums beyond 128 bits', `03${written(0x00)}${closed('ff'.repeat(16), '01')}`, 'WORK_OVERFLOW'],
    [
      'counts beyond 64 bits',
      `03${written(0x00)}${closed(`${'ff'.repeat(9)}`, 'ff'.repeat(8))}`,
      'COUNT_OVERFLOW',
    ],
    ['a leaf of no work', `01${'00'.repeat(48)}`, 'WORK_ZERO'],
  ])('is refused with %s', (_what, hex, code) => {
    const reader = new ByteReader(Uint8Array.from(Buffer.from(hex, 'hex')));
    expect(() => readPrunedTrie(reader, SHARE_LEAF)).toThrow(expect.objectContaining({ code }));
  });

  it('does not tell of a key whose path is closed', () => {
    const trie = readPrunedTrie(
      new ByteReader(Uint8Array.from(Buffer.from(`03${written(0x00)}${closed('05', '03')}`, 'hex'))),
      SHARE_LEAF,
    );
    expect(findKey(trie, SHARE_LEAF, at(0xc0))).toBe('closed');
    expect(findKey(trie, SHARE_LEAF, at(0x40))).toBeNull();
    expect(findKey(trie, SHARE_LEAF, at(0x00))).toEqual({ hash: at(0), work: 2n });
  });

  it('of an empty trie is empty', () => {
    expect(pruneTrie(sortedSet([]), leafOf(sortedSet([])), [at(1)]).folded).toBe(EMPTY);
  });
});
