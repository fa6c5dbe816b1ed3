/** What bitcoind says of its chain: `getblockheader` and `getchaintips`, as far as they are read here. */

export interface Header {
  readonly hash: string;
  /** -1 for a block that is not in the best chain. */
  readonly confirmations: number;
  readonly height: number;
  readonly time: number;
  readonly mediantime: number;
  readonly bits: string;
  /** Of the chain up to it: 64 hex digits. */
  readonly chainwork: string;
  readonly previousblockhash?: string;
  readonly nextblockhash?: string;
}

export interface ChainTip {
  readonly hash: string;
  readonly height: number;
  /** Blocks from it to the best chain; 0 for the best chain's own. */
  readonly branchlen: number;
  readonly status: string;
}

export function isPossible({ status }: ChainTip): boolean {
  return status !== 'invalid';
}
