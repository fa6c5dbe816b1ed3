/**
 * What `submitblock`'s answer means (BIP22, and Bitcoin Core's `BIP22ValidationResult`). The words are bitcoind's
 * reject reasons; any word not listed here is a rule that the block breaks.
 */
export type SubmitVerdict =
  /** The node has the block and found it valid. */
  | 'accepted'
  /** The node has the block, but has not made it its tip: it lost a race, or its parent is not active. */
  | 'inconclusive'
  /** Not now: ask this node again. */
  | 'retry'
  /** The block breaks a rule. */
  | 'invalid';

const VERDICT_OF_WORD: ReadonlyMap<string, SubmitVerdict> = new Map([
  ['duplicate', 'accepted'],
  ['duplicate-inconclusive', 'inconclusive'],
  ['inconclusive', 'inconclusive'],
  ['inconclusive-not-best-prevblk', 'inconclusive'],
  // bcoin's and older nodes' word for a block whose parent is no longer the tip.
  ['stale-prevblk', 'inconclusive'],
  // The node is behind and does not know the parent yet.
  ['prev-blk-not-found', 'retry'],
  // The header's time is beyond the node's clock by more than the two hours allowed; time heals that.
  ['time-too-new', 'retry'],
]);

/** `answer`: null or bitcoind's word. */
export function readVerdict(answer: string | null): SubmitVerdict {
  if (answer === null) return 'accepted';
  return VERDICT_OF_WORD.get(answer) ?? 'invalid';
}
