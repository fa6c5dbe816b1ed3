/**
 * The hash of a share: coinbase = prefix ‖ extranonce ‖ suffix, hashed twice; that folded with the template's branch;
 * that put into the header; the header hashed twice. Implementations differ in speed alone, and `#sha256` chooses.
 */
import type { PackedTemplate } from './packed-template.js';

/** The coinbase without witness, cut around the extranonce. */
export interface CutCoinbase {
  readonly prefix: Uint8Array;
  readonly suffix: Uint8Array;
}

/** What the miner chose. */
export interface ShareFields {
  /** As long as the coinbase has room for. */
  readonly extranonce: Uint8Array;
  /** The header's, unsigned 32 bits each. */
  readonly version: number;
  readonly time: number;
  readonly nonce: number;
}

export interface ShareHasher {
  /** For people. */
  readonly name: string;
  /** Writes the header's hash, internal order, to the first 32 bytes of `out`. Synchronous; allocates nothing. */
  hash(coinbase: CutCoinbase, template: PackedTemplate, share: ShareFields, out: Uint8Array): void;
}

/** Why the add-on, the fastest hasher, is not in use where it could be. */
export interface AddOnProblem {
  /** `not-compiled` and `refused` can be mended. */
  readonly kind: 'not-compiled' | 'no-instructions' | 'refused';
  /** For people. */
  readonly says: string;
}
