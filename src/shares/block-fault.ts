import { equalBytes } from '../lib/index.js';
import {
  commitsToWitnesses,
  type Job,
  type ShareRecord,
  shareCoinbase,
  shareHeader,
} from '../mining/index.js';
import type { StoredBlock } from './block-rows.js';

/** How a block's row differs from the share that is the block, for people; null where it does not. */
export function blockFault(block: StoredBlock, job: Job, record: ShareRecord): string | null {
  if (!equalBytes(block.header, shareHeader(job, record))) return 'the header of its block is another';
  if (!equalBytes(block.coinbase, shareCoinbase(job, record))) return 'the coinbase of its block is another';
  if (block.height !== job.template.height)
    return `its block is of height ${job.template.height}, not ${block.height}`;
  if (block.hasWitnessCommitment !== commitsToWitnesses(block.coinbase))
    return 'the row of its block is wrong about the commitment to witnesses';
  return null;
}
