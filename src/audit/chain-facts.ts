/**
 * What an audit asks of Bitcoin's chain, and what an answer, or none, means. A block that the observer's bitcoind
 * does not know is on no chain only for a node that is in step with the claim, which is to say that its best chain
 * reaches every height that the claim names, or has a block that was made after the round (docs/claim-format.md,
 * "What the chain must say").
 */
import { toDisplayHex } from '../lib/index.js';
import type { ClaimPackage } from '../rounds/index.js';

/** A header's time may be this far from the time at which it was made, and a share's tip from its round. */
export const MARGIN_SECONDS = 7_200;

export interface BlockFacts {
  /** `beside`: not on the best chain, but its parent is. `elsewhere`: deeper, or not valid. */
  readonly place: 'best' | 'beside' | 'elsewhere';
  readonly height: number;
  /** Its header's, seconds. */
  readonly time: number;
  /** Its median time past (BIP113), seconds. */
  readonly medianTime: number;
  /** The header time of the best chain's block one higher; null while there is none. */
  readonly nextTime: number | null;
  /** Compact, which the chain demands of a block upon it. */
  readonly nextBits: number;
}

export interface ChainFacts {
  /** The observer's best block. */
  readonly best: { readonly height: number; readonly time: number };
  /** By the blocks' hashes in display order. `unknown`: bitcoind has no such header, and nobody showed one. */
  readonly blocks: ReadonlyMap<string, BlockFacts | 'unknown'>;
}

export type BlockAnswer =
  | { readonly kind: 'known'; readonly block: BlockFacts }
  | { readonly kind: 'nowhere' }
  | { readonly kind: 'unknown'; readonly reason: string };

/** One claim's view of the chain. */
export class ChainView {
  private readonly isInStep: boolean;

  /** `highest`: the highest block that the claim names. `endTime`: its round's. */
  constructor(
    private readonly facts: ChainFacts | null,
    private readonly highest: number,
    endTime: number,
  ) {
    this.isInStep =
      facts !== null && (facts.best.height >= highest || facts.best.time > endTime + MARGIN_SECONDS);
  }

  static of(
    { tables }: Pick<ClaimPackage, 'tables'>,
    tipHeight: number,
    facts: ChainFacts | null,
    endTime: number,
  ) {
    let highest = tipHeight;
    for (const { height } of tables.templates) highest = Math.max(highest, height - 1);
    return new ChainView(facts, highest, endTime);
  }

  block(hash: Uint8Array): BlockAnswer {
    if (this.facts === null)
      return { kind: 'unknown', reason: 'no bitcoind of this node is fit to be asked' };
    const name = toDisplayHex(hash);
    const block = this.facts.blocks.get(name);
    if (block === undefined) return { kind: 'unknown', reason: `bitcoind was not asked for block ${name}` };
    if (block !== 'unknown' && block.place !== 'elsewhere') return { kind: 'known', block };
    if (this.isInStep) return { kind: 'nowhere' };
    const { best } = this.facts;
    return {
      kind: 'unknown',
      reason: `bitcoind is at height ${best.height}, the claim at ${this.highest}: it may be behind`,
    };
  }
}
