/**
 * The jobs of one session, each following from the one before it: at which difficulty, from which time on, and what the
 * miner must be told with it. A later session that continues this one goes on with the same jobs.
 */
import { bitsOfDifficulty, hashMeets } from '../../bitcoin/index.js';
import { targetOf } from '../../mining/index.js';
import { type GivenJob, noteGiven, type Recipient } from './given-jobs.js';
import { jobFor, type Wanted } from './job-for.js';
import { type Assignment, type IssuedJob, JobMemory } from './job-memory.js';
import { MAX_FUTURE_SECONDS } from './judge-share.js';
import type { SessionRules } from './session-rules.js';
import type { LiveWork, WorkBoard } from './work-board.js';

/** What a session's jobs may keep once memory is tight: some forty of its own, sent in ten minutes at the usual pace. */
const TIGHT_BYTES = 64 << 10;
/**
 * How far a miner raises a job's header time before its next notify: bfgminer by 60 s for each extranonce2, Braiins OS by
 * what its hashrate takes, 50 s at 475 TH/s.
 */
const ROLLED_SECONDS = 64;

export interface WantedNext extends Wanted {
  readonly to: Recipient;
  readonly extranonce1: Uint8Array;
  /** A good share came. */
  readonly isProven: boolean;
  /** To be told with it; null for none. */
  readonly mask: number | null;
}

export class JobSeries {
  /** What the miner was told last; null before its first job. */
  announced: number | null = null;
  private memory: JobMemory;

  constructor(
    private readonly rules: SessionRules,
    private readonly board: WorkBoard,
  ) {
    this.memory = new JobMemory(rules.limits.jobLifeMs);
  }

  /** For a later session to continue. */
  get kept(): JobMemory {
    return this.memory;
  }

  get latest(): IssuedJob | null {
    return this.memory.latest;
  }

  get stateBytes(): number {
    return this.memory.stateBytes;
  }

  /** Goes on with those of earlier sessions. */
  goOn(kept: JobMemory): void {
    if (this.memory.size === 0) this.memory = kept.copy();
    else this.memory.addAll(kept);
  }

  next(work: LiveWork, wanted: WantedNext, nowMs: number): Assignment {
    const { to, difficulty, extranonce1, isProven, mask } = wanted;
    const last = this.latest;
    const made = jobFor(work, wanted, this.rules.network);
    const issued: GivenJob = {
      id: this.board.jobIds.next(extranonce1[0]!, work.job, nowMs),
      to,
      extranonce1,
      work,
      ...made,
      difficulty,
      time: freshTime(work, last, last?.job === made.job, nowMs + this.board.wallAheadMs),
      sentMs: nowMs,
    };
    const { jobs, jobsBeforeShare } = this.rules.limits;
    const isTight = this.rules.memory?.isTight === true;
    this.memory.add(issued, isProven ? jobs : jobsBeforeShare, isTight ? TIGHT_BYTES : undefined);
    noteGiven(issued);
    const first = this.announced === null;
    const announce = this.announced === difficulty ? null : difficulty;
    this.announced = difficulty;
    const clean = first || last?.work.tip !== work.tip || difficulty < last.difficulty;
    return { issued, clean, announce, mask };
  }

  /** Null for a job that was not given, or too long ago. */
  find(id: string, nowMs: number): IssuedJob | null {
    return this.memory.find(id, nowMs);
  }

  /** A harder job was sent since. */
  isOutgrown({ difficulty }: IssuedJob): boolean {
    return difficulty < (this.latest?.difficulty ?? difficulty);
  }

  /**
   * The present target where it is easier than the job's; or one that is easier still, where the miner has been `told`
   * another difficulty.
   */
  easierTarget({ job }: IssuedJob, told: number | null): Uint8Array | null {
    const present = this.latest?.job ?? job;
    if (told === null && present.bits === job.bits) return null;
    const target = told === null ? present.target : easier(targetOf(bitsOfDifficulty(told)), present.target);
    return hashMeets(target, job.target) ? null : target;
  }
}

/**
 * Later than any header time this session was sent for this tip, and where the job `isRepeated`, than any that its miner
 * will have come to: equal coinbases must not repeat headers. Unless the clock was set back so far that no share at such
 * a time would count.
 */
function freshTime(work: LiveWork, last: IssuedJob | null, isRepeated: boolean, wallMs: number): number {
  const present = Math.max(work.template.curTime, Math.floor(wallMs / 1000));
  const after = last?.work.tip === work.tip ? last.time + (isRepeated ? ROLLED_SECONDS : 1) : present;
  return after > wallMs / 1000 + MAX_FUTURE_SECONDS ? present : Math.max(present, after);
}

function easier(one: Uint8Array, other: Uint8Array): Uint8Array {
  return hashMeets(one, other) ? other : one;
}
