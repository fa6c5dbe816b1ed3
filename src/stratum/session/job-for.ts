/**
 * What a session's next notify is about. Jobs of one work are made once for all connections of a payout at one
 * difficulty and with one signature: a farm's ten thousand machines behind one address cost one coinbase. A signature
 * that would make the coinbase longer than the miner can take is left out.
 */
import { bitsOfDifficulty, type Network } from '../../bitcoin/index.js';
import { toHex } from '../../lib/index.js';
import {
  coinbaseClassOf,
  coinbaseLength,
  encodePayout,
  type Job,
  makeJob,
  type Payout,
} from '../../mining/index.js';
import type { IssuedJob } from './job-memory.js';
import { NO_SIGNATURE, type Signature } from './signature.js';
import { WeakValues } from './weak-values.js';
import type { LiveWork } from './work-board.js';

export interface Wanted {
  readonly payout: Payout;
  readonly difficulty: number;
  readonly signature: Signature;
  readonly userAgent: string;
}

/** Held weakly: a job nobody was sent lately must not live as long as its work. */
const jobsOfWork = new WeakMap<LiveWork, WeakValues<Job>>();
const keyOfPayout = new WeakMap<Payout, string>();

interface Made {
  readonly job: Job;
  /** It had been made before, for another session perhaps. */
  readonly isShared: boolean;
}

export function jobFor(
  work: LiveWork,
  { payout, difficulty, signature, userAgent }: Wanted,
  network: Network,
): Pick<IssuedJob, 'job' | 'signature' | 'isShared'> {
  const make = (of: Signature): Made => jobOf(work, payout, difficulty, of, network);
  const { job, isShared } = make(signature);
  if (signature.row === NO_SIGNATURE.row) return { job, signature, isShared };
  const fits = coinbaseLength(job) <= coinbaseClassOf(userAgent).coinbaseBytes;
  return fits ? { job, signature, isShared } : { ...make(NO_SIGNATURE), signature: NO_SIGNATURE };
}

function jobOf(
  work: LiveWork,
  payout: Payout,
  difficulty: number,
  { row, bytes }: Signature,
  network: Network,
): Made {
  let jobs = jobsOfWork.get(work);
  if (jobs === undefined) {
    jobs = new WeakValues();
    jobsOfWork.set(work, jobs);
  }
  const key = `${keyOf(payout)} ${difficulty} ${row}`;
  const known = jobs.get(key);
  if (known !== undefined) return { job: known, isShared: true };
  const job = makeJob({ ...work, signature: bytes, payout, bits: bitsOfDifficulty(difficulty) }, network);
  jobs.set(key, job);
  return { job, isShared: false };
}

function keyOf(payout: Payout): string {
  let key = keyOfPayout.get(payout);
  if (key === undefined) {
    key = toHex(encodePayout(payout));
    keyOfPayout.set(payout, key);
  }
  return key;
}
