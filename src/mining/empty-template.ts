/**
 * The template of a block without transactions, made of the header of the block before it alone, and so at hand before
 * bitcoind has put a full one together. Its value is the subsidy; without transactions there is no witness to commit to
 * (BIP141). Everything a header's validity depends on is known, or there is no template:
 *
 *     time     later than the median of the eleven blocks before (bitcoind's `mediantime` of the tip)
 *     bits     those of the tip, except where the difficulty changes or depends on the header's own time
 *     version  as of the last full template: which bits signal what changes every 2016 blocks, and no block is
 *              invalid for what it does not signal
 */
import { isCanonicalBits, type Network, RETARGET_BLOCKS } from '../bitcoin/index.js';
import { subsidySats } from './subsidy.js';
import { type BlockTemplate, templateOf } from './template.js';

/** A tip as bitcoind's `getblockheader` shows it. */
export interface TipHeader {
  /** Internal order. */
  readonly hash: Uint8Array;
  readonly height: number;
  readonly bits: number;
  /** Of the tip and the ten blocks before it, seconds. */
  readonly medianTime: number;
}

/** Bitcoin's, on every network that retargets. */

/** Null where the next block's bits cannot be told from the tip. `nowSeconds`: for the time that miners start from. */
export function emptyTemplate(
  tip: TipHeader,
  version: number,
  nowSeconds: number,
  { halvingBlocks, retargeting }: Pick<Network, 'halvingBlocks' | 'retargeting'>,
): BlockTemplate | null {
  const height = tip.height + 1;
  const bitsStay =
    retargeting === 'never' || (retargeting === 'every-2016-blocks' && height % RETARGET_BLOCKS !== 0);
  if (!bitsStay || !isCanonicalBits(tip.bits)) return null;
  const minTime = tip.medianTime + 1;
  return templateOf({
    height,
    prevHash: tip.hash,
    version,
    bits: tip.bits,
    branch: [],
    minTime,
    curTime: Math.max(nowSeconds, minTime),
    coinbaseValueSats: subsidySats(height, halvingBlocks),
    witnessCommitment: null,
    transactionCount: 0,
    feesSats: 0n,
  });
}
