/** What a protocol needs to put a job on its wire, so that none of them has to know what jobs are made of. */
import type { Job } from '../../mining/index.js';
import type { LiveWork } from './work-board.js';

export interface CoinbaseHalves {
  /** Before and behind the 12 bytes of extranonce; without witness. */
  readonly first: Uint8Array;
  readonly second: Uint8Array;
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

export function coinbaseHalves({ prefix, suffix }: Job): CoinbaseHalves {
  return { first: prefix, second: suffix };
}

export function headerParts({ template }: LiveWork): HeaderParts {
  return template;
}

/** Besides the coinbase. */
export function transactionCount({ template }: LiveWork): number {
  return template.transactionCount;
}
