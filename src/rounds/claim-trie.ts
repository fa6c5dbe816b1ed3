/**
 * The two-level trie of a claim: below, one trie per miner over its share hashes; above, one over miner ids whose
 * leaves are the miners' rows. Rows alone rebuild the upper trie, so a package without records still shows that its
 * miner table is the claim's.
 */
import { bitOf, foldTrie, type Leaves } from './fold-trie.js';
import type { SortedShares } from './share-set.js';
import { type MinerRow, rowNode, type SumNode } from './sum-node.js';

/** Rows in ascending order of miner ids, as the leaves of the upper trie. */
export function rowLeaves(rows: readonly MinerRow[]): Leaves {
  return {
    length: rows.length,
    bit: (index, depth) => bitOf(rows[index]!.minerId, depth),
    folded: (index) => rowNode(rows[index]!),
  };
}

/** The upper trie's root; its hash is `top_root`, its sum `total`. `rows` ascend strictly by miner id. */
export function topOf(rows: readonly MinerRow[]): SumNode {
  return foldTrie(rowLeaves(rows));
}

/** Where each miner's shares begin and end in the claim's order. */
export interface MinerSpan {
  readonly from: number;
  readonly to: number;
}

/** The spans of miners 0, 1, 2… in shares sorted by exactly those numbers; a miner without shares is left out. */
export function minerSpans(shares: SortedShares): MinerSpan[] {
  const spans: MinerSpan[] = [];
  for (let from = 0; from < shares.length; ) {
    let to = from + 1;
    while (to < shares.length && shares.miner(to) === shares.miner(from)) to++;
    spans.push({ from, to });
    from = to;
  }
  return spans;
}

/** A miner's row, from the trie over its span of the shares. */
export function rowOf(minerId: Uint8Array, shares: SortedShares, { from, to }: MinerSpan): MinerRow {
  const { hash, sum, count } = foldTrie(shares, from, to);
  return { minerId, count, work: sum, shareRoot: hash };
}
