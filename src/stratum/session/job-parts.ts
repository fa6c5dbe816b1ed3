/** What a protocol needs to put a job on its wire, so that none of them has to know what jobs are made of. */
import { toDisplayHex } from '../../lib/index.js';
import type { Job } from '../../mining/index.js';
import type { LiveWork } from './work-board.js';

const TXID_BYTES = 32;

/** A coinbase without witness: `first` ‖ 12 bytes of extranonce ‖ `middle` ‖ `own` ‖ `last`. */
export interface CoinbasePieces {
  /** The same bytes, not only equal ones, for all jobs of a work but those with a signature. */
  readonly first: Uint8Array;
  /** These two for all jobs of a work. */
  readonly middle: Uint8Array;
  readonly last: Uint8Array;
  /** The miner's: the share commitment, or where the miner is paid. */
  readonly own: Uint8Array;
}

export interface HeaderParts {
  /** Internal order. */
  readonly prevHash: Uint8Array;
  /** Siblings of the coinbase upwards, internal order. */
  readonly branch: readonly Uint8Array[];
  readonly version: number;
  /** The network's compact target. */
  readonly bits: number;
}

export function coinbasePieces({ prefix, suffix, shape: { middle, tail } }: Job): CoinbasePieces {
  const own = suffix.subarray(middle.length, suffix.length - tail.length);
  return { first: prefix, middle, own, last: tail };
}

export function headerParts({ template }: LiveWork): HeaderParts {
  return template;
}

/** Of its transactions, the coinbase excluded, in display order. */
export function* transactionIds({ txids }: LiveWork): Generator<string> {
  for (let at = 0; at < txids.length; at += TXID_BYTES)
    yield toDisplayHex(txids.subarray(at, at + TXID_BYTES));
}

/** Besides the coinbase. */
export function transactionCount({ template }: LiveWork): number {
  return template.transactionCount;
}
