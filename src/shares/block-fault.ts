import { equalBytes, toHex } from '../lib/index.js';
import {
  type CoinbaseShape,
  type Job,
  type ShareRecord,
  shareCoinbase,
  shareHeader,
} from '../mining/index.js';
import type { StoredBlock } from './shard-database.js';

/** BIP141: OP_RETURN, a push of 36 bytes, and what they begin with. */
const WITNESS_COMMITMENT = '6a24aa21a9ed';

/** How a block's row differs from the share that is the block, for people; null where it does not. */
export function blockFault(
  block: StoredBlock,
  shape: CoinbaseShape,
  job: Job,
  record: ShareRecord,
): string | null {
  const hasCommitment = `${toHex(shape.middle)} ${toHex(shape.tail)}`.includes(WITNESS_COMMITMENT);
  if (!equalBytes(block.header, shareHeader(job, record))) return 'the header of its block is another';
  if (!equalBytes(block.coinbase, shareCoinbase(job, record))) return 'the coinbase of its block is another';
  if (block.height !== job.template.height)
    return `its block is of height ${job.template.height}, not ${block.height}`;
  if (block.hasWitnessCommitment !== hasCommitment)
    return 'the row of its block is wrong about the commitment to witnesses';
  return null;
}
