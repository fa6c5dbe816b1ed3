/**
 * Every job that this listener has given out and somebody still remembers, by its id: a block is tried on whatever
 * connection it comes, since a line may have dropped without a word, two rigs may share one name, or the miner may be
 * known by nothing yet; and whatever listener has given the job out, since the kernel may hand a miner to another one. It
 * is gone with the work it is of.
 */
import type { Share } from '../../mining/index.js';
import type { IssuedJob } from './job-memory.js';
import { isBlock, type Solution, shareOf } from './solution.js';
import type { VersionRolling } from './version-rolling.js';
import { WeakValues } from './weak-values.js';
import type { LiveWork } from './work-board.js';

/** Held weakly: how many jobs a connection has is bounded where it keeps them. */
const jobsOf = new WeakMap<LiveWork, WeakValues<GivenJob>>();

/** Who was given a job; one for all jobs of a session. */
export interface Recipient {
  /** `<address>[.worker]` of the first login. */
  readonly username: string;
  readonly rolling: VersionRolling;
}

export interface GivenJob extends IssuedJob {
  readonly to: Recipient;
}

/** A block on work that was given out to another connection. */
export interface StrayBlock {
  readonly issued: IssuedJob;
  readonly share: Share;
  /** Whose work it was, `<address>[.worker]`. */
  readonly worker: string;
}

/** What somebody found for a job, which may be of another listener. */
export interface StraySolution {
  /** In lower case. */
  readonly jobId: string;
  readonly solution: Solution;
}

export function noteGiven(issued: GivenJob): void {
  let jobs = jobsOf.get(issued.work);
  if (jobs === undefined) {
    jobs = new WeakValues();
    jobsOf.set(issued.work, jobs);
  }
  jobs.set(issued.id, issued);
}

/** Null for what is no block, and for a job that was never given on these works, or that nobody remembers. */
export function strayBlock(
  { jobId, solution }: StraySolution,
  works: readonly LiveWork[],
): StrayBlock | null {
  for (const work of works) {
    const issued = jobsOf.get(work)?.get(jobId);
    if (issued === undefined) continue;
    const { username, rolling } = issued.to;
    const mask = rolling.maskOf(solution);
    if (!isBlock(issued, solution, mask)) return null;
    return { issued, share: shareOf(issued, solution, mask), worker: username };
  }
  return null;
}
