/**
 * What an audit is told: bytes, and facts of K2, of Bitcoin's chain and of the observer as plain values. Nothing is
 * fetched here. Hashes are in internal order, times in header-time seconds, slots and stakes as K2 counts them.
 */
import type { Network } from '../bitcoin/index.js';
import type { ReserveEpoch } from '../rounds/index.js';
import type { ChainFacts } from './chain-facts.js';

/** What K2 says of one submission and of its round. */
export interface RoundUnderAudit {
  readonly taskId: Uint8Array;
  readonly round: bigint;
  readonly seed: Uint8Array;
  /** In which the submission stands, and the last that is in time. */
  readonly submissionSlot: bigint;
  readonly deadlineSlot: bigint;
  /** The submitter's on chain, in roe. */
  readonly stakeRoe: bigint;
  readonly reserveEpochs: readonly ReserveEpoch[];
  readonly startTime: number;
  readonly endTime: number;
}

export interface ClaimUnderAudit {
  /** As it stands on chain; the spaces behind it are K2's. */
  readonly submission: Uint8Array;
  readonly round: RoundUnderAudit;
  /** `unavailable`: to be had from nobody before the window's last tenth. Not looked at for an idle submission. */
  readonly package: Uint8Array | 'unavailable';
}

/** The submission of the round before by the same key, whose sampled claim the audited one may prove. */
export interface ClaimBefore {
  readonly claim: ClaimUnderAudit;
  /** What the audited submission's proof_cid names; not looked at where it names none. */
  readonly proof: Uint8Array | 'unavailable';
  /** The blockhash that the draws depend on; null while this observer does not know it. */
  readonly beacon: Uint8Array | null;
}

/** What checks 36 to 39 compare with. Each null where this observer has nothing to say. */
export interface ObserverFacts {
  /** By height: the most fees that this node saw, in its own templates and in the block. */
  readonly bestFeesSats: ReadonlyMap<number, bigint> | null;
  /** By previous block, in display order: when this node first saw a block above it, in seconds by its own clock. */
  readonly replacedAt: ReadonlyMap<string, number> | null;
  /** By height: every block there that this node knows, in display order, on whatever branch. */
  readonly blocksKnown: ReadonlyMap<number, ReadonlySet<string>> | null;
  /** Of the node over its other rounds so far. */
  readonly blocksFound: BlocksFound | null;
}

/** The blocks that claimed work should have found, and those that it found. */
export interface BlocksFound {
  readonly expected: number;
  readonly found: number;
}

export interface AuditSubject {
  readonly claim: ClaimUnderAudit;
  /** The key that submitted. */
  readonly submitter: Uint8Array;
  readonly network: Network;
  /** Null when that key submitted nothing for the round before; `unknown` where nobody says what. */
  readonly before: ClaimBefore | 'unknown' | null;
  /**
   * Of an own bitcoind past the chain guard; null when there is none at present, `unasked` while only the bytes are
   * examined. See `chainQuestions`.
   */
  readonly chain: ChainFacts | 'unasked' | null;
  readonly observer: ObserverFacts;
}

/** Ed25519 as docs/claim-format.md has it ("Receipts"): false for what is no key or no signature. This room has no curve of its own. */
export type VerifySignature = (key: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;
