/** What a miner found for a job, and the share that this makes. */
import { concatBytes } from '../../lib/index.js';
import type { Share } from '../../mining/index.js';
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
