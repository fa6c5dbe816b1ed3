/** What a miner found for a job, and the share that this makes. */
import { hashMeets } from '../../bitcoin/index.js';
import { concatBytes } from '../../lib/index.js';
import { hashShare, type Share } from '../../mining/index.js';
import type { IssuedJob } from './job-memory.js';

/** The fields of a share that the miner chose. */
export interface Solution {
  /** 8 bytes. */
  readonly extranonce2: Uint8Array;
  readonly time: number;
  readonly nonce: number;
  /** The rolled bits only (BIP310); null when the miner named none and used the job's version as it is. */
  readonly versionBits: number | null;
}

/** Of a hash that is looked at and forgotten. */
const scratch = new Uint8Array(32);

/** `versionMask`: the bits the miner may roll. A job goes with the extranonce1 it was sent with, also on a later session. */
export function shareOf(
  { work, extranonce1 }: Pick<IssuedJob, 'work' | 'extranonce1'>,
  { extranonce2, time, nonce, versionBits }: Solution,
  versionMask: number,
): Share {
  const { version } = work.template;
  return {
    extranonce: concatBytes(extranonce1, extranonce2),
    time,
    nonce,
    version: versionBits === null ? version : ((version & ~versionMask) | versionBits) >>> 0,
  };
}

/** Whether the solution is a block, whatever else it is. */
export function isBlock(
  issued: Pick<IssuedJob, 'work' | 'job' | 'extranonce1'>,
  solution: Solution,
  versionMask: number,
): boolean {
  hashShare(issued.job, shareOf(issued, solution, versionMask), scratch);
  return hashMeets(scratch, issued.job.blockTarget);
}
