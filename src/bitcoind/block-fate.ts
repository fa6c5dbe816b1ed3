/** From what nodes say about a found block, and what its place in the chain is, to its fate; as functions. */
import { readVerdict, type SubmitVerdict } from './submit-verdict.js';
import type { BlockFate, BlockState } from './tracked-block.js';

/** The word kept for `submitblock`'s null. */
export const ACCEPTED = 'accepted';

export const FOUND: BlockFate = { state: 'found', confirmations: 0, reason: null, final: false };

/** States read from the chain; no node's word on the submission overrules them. */
const CHAIN_STATES: ReadonlySet<BlockState> = new Set(['in-chain', 'confirmed', 'orphaned']);

export function isChainState(state: BlockState): boolean {
  return CHAIN_STATES.has(state);
}

/** `word`: `ACCEPTED` or bitcoind's own. */
export function meaningOf(word: string): SubmitVerdict {
  return readVerdict(word === ACCEPTED ? null : word);
}

/** `verdicts`: node → word. `unanimous`: every node has answered, a trusted one among them. */
export function fateOfVerdicts(verdicts: ReadonlyMap<string, string>, unanimous: boolean): BlockFate {
  const said = (wanted: SubmitVerdict): string | null => {
    for (const [node, word] of verdicts) if (meaningOf(word) === wanted) return `${node} says ${word}`;
    return null;
  };
  if (said('accepted') !== null) return { ...FOUND, state: 'accepted' };
  const waiting = said('inconclusive') ?? said('retry');
  if (waiting !== null) return { ...FOUND, state: 'submitted', reason: waiting };
  const refused = said('invalid');
  return refused === null ? FOUND : { ...FOUND, state: 'rejected', reason: refused, final: unanimous };
}

/** Where a block is, in the eyes of one node whose tip is at `tipHeight`. */
export type Whereabouts =
  | { readonly kind: 'in-chain'; readonly confirmations: number }
  /** The node knows it; `winner` (display hex) has its height, or null while the chain has not got there. */
  | { readonly kind: 'beside'; readonly winner: string | null }
  | { readonly kind: 'unknown' };

/** `depth`: confirmations after which nothing is expected to change. */
export function fateOfWhereabouts(
  before: BlockFate,
  height: number,
  whereabouts: Whereabouts,
  tipHeight: number,
  depth: number,
): BlockFate {
  const deep = tipHeight - height >= depth;
  if (whereabouts.kind === 'in-chain') {
    const { confirmations } = whereabouts;
    const confirmed = confirmations >= depth;
    return { state: confirmed ? 'confirmed' : 'in-chain', confirmations, reason: null, final: confirmed };
  }
  if (before.state === 'rejected') return { ...before, final: before.final || deep };
  if (whereabouts.kind === 'beside' && whereabouts.winner !== null) {
    const reason = `height ${height} went to block ${whereabouts.winner}`;
    return { state: 'orphaned', confirmations: 0, reason, final: deep };
  }
  if (!deep) return before;
  const reason = before.reason ?? 'the chain went on before any node took the block';
  return { state: 'orphaned', confirmations: 0, reason, final: true };
}
