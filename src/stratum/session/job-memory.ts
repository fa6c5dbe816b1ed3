/**
 * The jobs one session was given, by their wire id. A job lives ten minutes from the moment it was sent, or until
 * the session has been given too many newer ones; after that its id is unknown.
 */
import type { Job } from '../../mining/index.js';
import type { Signature } from './signature.js';
import type { LiveWork } from './work-board.js';

/** Measured: a job that no other session has, and what a session keeps of any job. */
const JOB_BYTES = 1_600;
const ISSUED_BYTES = 200;

export interface IssuedJob {
  readonly id: string;
  readonly work: LiveWork;
  readonly job: Job;
  /** Whether it had been made before, for another session perhaps: then it costs no memory of its own. */
  readonly isShared: boolean;
  /** In the job's coinbase. */
  readonly signature: Signature;
  /** As the miner had it when the job was sent, 4 bytes. */
  readonly extranonce1: Uint8Array;
  /** As sent to the miner; `job.bits` are its committed bits. */
  readonly difficulty: number;
  /** The header time in the notify, seconds. */
  readonly time: number;
  readonly sentMs: number;
}

/** A job on its way to the miner. */
export interface Assignment {
  readonly issued: IssuedJob;
  readonly clean: boolean;
  /** The difficulty when the miner must be told it first; null when it knows. */
  readonly announce: number | null;
  /** The version mask when the miner must be told it first. */
  readonly mask: number | null;
}

export class JobMemory {
  /** In the order they were sent. */
  private readonly jobs = new Map<string, IssuedJob>();
  latest: IssuedJob | null = null;
  /** Jobs here that were made for this session. */
  made = 0;

  constructor(private readonly lifeMs: number) {}

  get size(): number {
    return this.jobs.size;
  }

  /** About what they keep in memory. */
  get stateBytes(): number {
    return this.made * JOB_BYTES + this.size * ISSUED_BYTES;
  }

  /** `cap`: how many there may be with it. `mostBytes`: what they may keep in memory. */
  add(issued: IssuedJob, cap: number, mostBytes = Number.POSITIVE_INFINITY): void {
    const room = mostBytes - JOB_BYTES - ISSUED_BYTES;
    for (const [id, { sentMs }] of this.jobs) {
      const isOver = this.jobs.size >= cap || this.stateBytes > room;
      if (!isOver && issued.sentMs - sentMs <= this.lifeMs) break;
      this.remove(id);
    }
    this.jobs.set(issued.id, issued);
    if (!issued.isShared) this.made++;
    this.latest = issued;
  }

  /** Also those of another memory, whose ids are of the same series. */
  addAll({ jobs, latest }: JobMemory): void {
    for (const [id, issued] of jobs) {
      if (this.jobs.has(id)) continue;
      this.jobs.set(id, issued);
      if (!issued.isShared) this.made++;
    }
    if (latest !== null && latest.sentMs >= (this.latest?.sentMs ?? 0)) this.latest = latest;
  }

  /** The same jobs, to go on from without changing this memory. */
  copy(): JobMemory {
    const copy = new JobMemory(this.lifeMs);
    for (const [id, issued] of this.jobs) copy.jobs.set(id, issued);
    copy.latest = this.latest;
    copy.made = this.made;
    return copy;
  }

  /** Rows of the log that shares of these jobs name. */
  *signatureRows(): Generator<number> {
    for (const { signature } of this.jobs.values()) yield signature.row;
  }

  /** Forgets all but the latest ones. */
  keepLatest(count: number): void {
    for (const id of this.jobs.keys()) {
      if (this.jobs.size <= count) break;
      this.remove(id);
    }
  }

  private remove(id: string): void {
    if (this.jobs.get(id)?.isShared === false) this.made--;
    this.jobs.delete(id);
  }

  find(id: string, nowMs: number): IssuedJob | null {
    const issued = this.jobs.get(id);
    return issued !== undefined && nowMs - issued.sentMs <= this.lifeMs ? issued : null;
  }
}
