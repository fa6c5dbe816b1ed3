/**
 * What an audit asks of Bitcoin's chain, and what an answer, or none, means. A block that the observer's bitcoind
 * does not know is on no chain only for a node that is in step with the claim (docs/claim-format.md, "What the chain
 * must say"): the claim can make nobody wait for a block that an honest claimant would have shown.
 */
import { bitsToTarget, hashMeets, targetToLe } from '../bitcoin/index.js';
import { sha256d, toDisplayHex } from '../lib/index.js';
import type { ClaimPackage } from '../rounds/index.js';
import { type Finding, PASSED, unknown } from './finding.js';

/** A header's time may be this far from the time at which it was made, and a share's tip from its round. */
export const MARGIN_SECONDS = 7_200;
/**
 * When a round began and ended each node works out from slots and its own clock. Two that find the same time within
 * this of each other never find a claim valid and invalid: what lies so near behind the margin is not voted on.
 */
export const CLOCK_SECONDS = 600;
/** A retarget's most, and so the least work of a block's header beside one whose bits are known. */
const EASIEST_PART = 4n;
const MAX_TARGET = 2n ** 256n - 1n;

export interface BlockFacts {
  /**
   * `beside`: not on the best chain, but its parent is. `tied`: deeper, on a branch with as much work as the best chain, so
   * that other nodes in step may have it on theirs. `elsewhere`: deeper on one with less, or not valid.
   */
  readonly place: 'best' | 'beside' | 'tied' | 'elsewhere';
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
  readonly best: {
    readonly height: number;
    readonly time: number;
    /** Compact, its own. */
    readonly bits: number;
    /** The height of the highest header of a branch with more work, that its node does not know to be invalid; else the best block's. */
    readonly headers: number;
    /** Of the best chain, the last height that no branch with as much work leaves two or more below. */
    readonly settled: number;
  };
  /** By the blocks' hashes in display order. `unknown`: bitcoind has no such header, and nobody showed one. */
  readonly blocks: ReadonlyMap<string, BlockFacts | 'unknown'>;
}

export type BlockAnswer =
  | { readonly kind: 'known'; readonly block: BlockFacts }
  | { readonly kind: 'nowhere' }
  | { readonly kind: 'unknown'; readonly reason: string };

/**
 * Whether a time lies from `from` to `to`, which were worked out from this node's clock: past them by more than clocks
 * differ it does not for anybody.
 */
export function within(time: number, from: number, to: number, otherwise: () => Finding): Finding {
  if (time >= from && time <= to) return PASSED;
  if (time < from - CLOCK_SECONDS || time > to + CLOCK_SECONDS) return otherwise();
  return unknown(`the time ${time} is so near to the margin that clocks decide, which are no reason to vote`);
}

/** One claim's view of the chain. */
export class ChainView {
  private readonly facts: ChainFacts | null;
  private readonly whyNot: string;
  /** The highest block that the claim stands on, by its own word. */
  private readonly highest: number;
  /** Headers that the claim shows and that cost a block's work, by hash in display order. */
  private readonly shown: ReadonlySet<string>;

  /** `endTime`: the round's. */
  constructor(
    facts: ChainFacts | 'unasked' | null,
    { tables, beside }: Pick<ClaimPackage, 'tables' | 'beside'>,
    private readonly endTime: number,
  ) {
    this.facts = facts === 'unasked' ? null : facts;
    this.whyNot =
      facts === 'unasked'
        ? 'bitcoind is asked only about a submission that the bytes leave standing'
        : 'no bitcoind of this node is fit to be asked';
    this.highest = highestTip(tables);
    this.shown = this.facts === null ? new Set() : workedHeaders(beside, this.facts.best.bits);
  }

  block(hash: Uint8Array): BlockAnswer {
    if (this.facts === null) return { kind: 'unknown', reason: this.whyNot };
    const name = toDisplayHex(hash);
    const { best, blocks } = this.facts;
    const block = blocks.get(name);
    if (block === undefined) return { kind: 'unknown', reason: `bitcoind was not asked for block ${name}` };
    if (block !== 'unknown' && (block.place === 'best' || block.place === 'beside')) {
      return { kind: 'known', block };
    }
    if (block === 'unknown' ? this.isInStepWithout(name) : this.isOff(block)) return { kind: 'nowhere' };
    if (block !== 'unknown' && block.place === 'tied') {
      return {
        kind: 'unknown',
        reason: `block ${name} is on a branch with as much work as bitcoind’s best chain`,
      };
    }
    return {
      kind: 'unknown',
      reason: `bitcoind is at height ${best.height} of ${best.headers}, the claim at ${this.highest}: it may be behind`,
    };
  }

  /** While a branch is known that is not checked yet, a block off the best chain may be on the one to come. */
  private isOff({ place, height }: BlockFacts): boolean {
    const { best } = this.facts!;
    return place === 'elsewhere' && best.headers <= best.height && height <= best.height;
  }

  private isInStepWithout(name: string): boolean {
    const { best } = this.facts!;
    if (best.height >= this.highest) return true;
    // What is shown and lies above the best block is not put to bitcoind, and may be the block to come.
    if (this.shown.has(name)) return false;
    if (best.time > this.endTime + MARGIN_SECONDS + CLOCK_SECONDS) return true;
    // What was not shown had six blocks upon it when the round was closed, a minute or two after its end.
    return best.headers <= best.height && best.time >= this.endTime;
  }
}

/** The height of the highest block that a template of the tables stands on. */
export function highestTip({ templates }: ClaimPackage['tables']): number {
  return templates.reduce((most, { height }) => Math.max(most, height), 0) - 1;
}

function workedHeaders(headers: readonly Uint8Array[], bits: number): Set<string> {
  const easier = bitsToTarget(bits) * EASIEST_PART;
  const target = targetToLe(easier <= MAX_TARGET ? easier : MAX_TARGET);
  const hashes = headers.map(sha256d).filter((hash) => hashMeets(hash, target));
  return new Set(hashes.map(toDisplayHex));
}
