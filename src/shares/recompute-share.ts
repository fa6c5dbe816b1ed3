/**
 * One share of the log recomputed from its record and the job tables, with the same `checkShare` that judged it. The
 * log says nothing of the session, so what it cannot know is judged at its widest: any version bits that BIP320
 * leaves to miners, any header time.
 */
import { MINING_VERSION_BITS, type Network, workOfBits } from '../bitcoin/index.js';
import { equalBytes, errorMessage } from '../lib/index.js';
import {
  checkShare,
  type Job,
  type JobParts,
  makeJob,
  type Rejection,
  type ShareRecord,
} from '../mining/index.js';
import type { ShardFile } from './shard-file.js';

export type ShareFault =
  | 'job-missing'
  | 'miner-missing'
  | 'signature-missing'
  | 'unreadable'
  | 'work-out-of-bounds'
  | 'hash-differs'
  | Rejection;

export type Recomputed =
  | {
      readonly fault: null;
      readonly parts: JobParts;
      readonly job: Job;
      readonly hash: Uint8Array;
      readonly isBlock: boolean;
    }
  | { readonly fault: ShareFault; readonly says: string };

function failed(fault: ShareFault, says: string): Recomputed {
  return { fault, says };
}

/** The job a share was mined on, or why there is none. */
function jobOf(
  file: ShardFile,
  record: ShareRecord,
  network: Network,
): { parts: JobParts; job: Job } | { fault: ShareFault; says: string } {
  const stored = file.rows.job(record.job);
  if (stored === null) return { fault: 'job-missing', says: `job ${record.job} is not in the tables` };
  const payout = file.rows.payout(record.miner);
  if (payout === null) return { fault: 'miner-missing', says: `miner ${record.miner} is not in the tables` };
  const signature = file.rows.signature(record.signature);
  if (signature === null) {
    return { fault: 'signature-missing', says: `signature ${record.signature} is not in the tables` };
  }
  const parts = { ...stored, payout, signature, bits: record.bits };
  return { parts, job: makeJob(parts, network) };
}

const JOBS_REMEMBERED = 2_000;

/** Recomputes shares of one network; remembers the jobs it made. */
export class ShareRecomputer {
  private readonly jobs = new Map<string, { parts: JobParts; job: Job }>();

  constructor(private readonly network: Network) {}

  /** Never throws: what cannot be read is a fault. `isDuplicate`: as for `checkShare`. */
  recompute(
    file: ShardFile,
    record: ShareRecord,
    storedHash: Uint8Array,
    isDuplicate: (hash: Uint8Array, job: Job) => boolean,
  ): Recomputed {
    try {
      return this.judge(file, record, storedHash, isDuplicate);
    } catch (error) {
      return failed('unreadable', errorMessage(error));
    }
  }

  private judge(
    file: ShardFile,
    record: ShareRecord,
    storedHash: Uint8Array,
    isDuplicate: (hash: Uint8Array, job: Job) => boolean,
  ): Recomputed {
    const key = `${file.name} ${record.job} ${record.miner} ${record.signature} ${record.bits}`;
    let known = this.jobs.get(key);
    if (known === undefined) {
      const made = jobOf(file, record, this.network);
      if ('fault' in made) return made;
      const work = workOfBits(record.bits);
      if (work < this.network.minWork || work > this.network.maxWork) {
        return failed('work-out-of-bounds', `${work} hashes are no share of ${this.network.name}`);
      }
      known = made;
      if (this.jobs.size >= JOBS_REMEMBERED) this.jobs.clear();
      this.jobs.set(key, known);
    }
    const { job, parts } = known;
    const verdict = checkShare(job, record, {
      stale: false,
      versionMask: MINING_VERSION_BITS,
      minTime: 0,
      maxTime: 0xffff_ffff,
      easierTarget: null,
      // A forged record must not make the share it copies look like the duplicate.
      isDuplicate: (hash) => equalBytes(hash, storedHash) && isDuplicate(hash, job),
    });
    if (!equalBytes(verdict.hash, storedHash)) {
      return failed('hash-differs', 'its record does not hash to the hash stored beside it');
    }
    if (verdict.kind === 'rejected')
      return failed(verdict.reason, `checkShare rejects it: ${verdict.reason}`);
    return { fault: null, parts, job, hash: verdict.hash, isBlock: verdict.isBlock };
  }
}
