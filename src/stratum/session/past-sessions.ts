/**
 * What is kept of sessions whose connection is gone, for as long as their jobs live, so that a miner which comes back
 * goes on where it was: at its difficulty, with its statistics, and with credit for shares on the jobs it had before
 * the drop. It is known by the session id it was given (cgminer sends it as subscribe's second parameter, and then
 * submits the shares it found meanwhile) or, failing that, by payout, worker name and user agent.
 *
 * A session id gives the extranonce1 back as well. The id is therefore no secret of the miner's alone to guess: eight
 * of its bytes come from this listener's secret. Whoever names it takes the session away, so an extranonce1 never has
 * two holders; ids of other listeners are unknown here. A name is known to everybody: it is lent the session, one
 * connection at a time, without the extranonce1, and the id's holder can still have it. Of a connection that went on with
 * a session and brought no share nothing is kept but the jobs it was given: one of them may be a block yet.
 *
 * All of them together keep no more bytes than they may; beyond that the oldest go, those without a share by themselves.
 */
import { concatBytes, sha256, toHex } from '../../lib/index.js';
import type { ShortJobIds } from '../agent/short-job-ids.js';
import type { PastDifficulty } from './difficulty-setting.js';
import type { JobMemory } from './job-memory.js';
import { PastNames } from './past-names.js';
import { PastShelf } from './past-shelf.js';
import type { ShareHistory } from './share-history.js';
import type { VersionRolling } from './version-rolling.js';

/** What a connection was given that went on with a session and found nothing; they may be of another payout. */
export interface StrayJobs extends Pick<PastSession, 'ownerId' | 'username' | 'rolling' | 'jobs'> {}

export interface PastSession {
  readonly extranonce1: Uint8Array;
  /** Miner id of the payout that owned the connection, whose jobs these are. */
  readonly ownerId: Uint8Array;
  /** `<address>[.worker]` of the first login. */
  readonly username: string;
  readonly userAgent: string;
  readonly difficulty: PastDifficulty;
  readonly jobs: JobMemory;
  /** Of a farm agent. */
  readonly shortJobIds: ShortJobIds | null;
  /** Of the last connection that went on with it in vain. */
  readonly stray: StrayJobs | null;
  readonly rolling: VersionRolling;
  readonly history: ShareHistory;
  /** Best share difficulty of the session, by `<address>[.worker]`. */
  readonly bests: ReadonlyMap<string, number>;
  readonly endedMs: number;
}

const TAG_BYTES = 8;
/** Of each session, about six minutes of them: what a miner still finds after a drop is for its latest. */
const JOBS = 16;
/** Sessions that never had a good share are the cheapest to make, so they have the least room. */
const MAX_UNPROVEN = 1_000;
const MAX_PROVEN = 10_000;
const UNPROVEN_PART = 1 / 4;

/** Measured, with one job and one worker; and a worker's best, beside the characters of its name. */
const SESSION_BYTES = 5_000;
const BEST_BYTES = 200;

export class PastSessions {
  private readonly proven: PastShelf<PastSession>;
  private readonly unproven: PastShelf<PastSession>;
  /** Of those that are not lent. */
  private readonly names = new PastNames();

  /** `secret`: random bytes, so that a stranger cannot name another's session. `mostBytes`: of all of them. */
  constructor(
    private readonly secret: Uint8Array,
    private readonly lifeMs: number,
    mostBytes: number,
  ) {
    this.proven = new PastShelf(MAX_PROVEN, (1 - UNPROVEN_PART) * mostBytes);
    this.unproven = new PastShelf(MAX_UNPROVEN, UNPROVEN_PART * mostBytes);
  }

  get size(): number {
    return this.proven.size + this.unproven.size;
  }

  /** About what they keep in memory. */
  get stateBytes(): number {
    return this.proven.stateBytes + this.unproven.stateBytes;
  }

  /** The session id of an extranonce1, in hex. */
  idOf(extranonce1: Uint8Array): string {
    const tag = sha256(concatBytes(this.secret, extranonce1)).subarray(0, TAG_BYTES);
    return toHex(extranonce1) + toHex(tag);
  }

  keep(past: PastSession): void {
    this.shelve(past, past.history.shares > 0);
    const id = this.idOf(past.extranonce1);
    if (this.find(id) !== null) this.names.offer(id, past.username, past.userAgent);
  }

  /** For who can name it alone: nothing that it says of the worker was shown by a share. */
  keepUnnamed(past: PastSession): void {
    this.shelve(past, false);
  }

  private shelve(past: PastSession, isProven: boolean): void {
    past.jobs.keepLatest(JOBS);
    past.stray?.jobs.keepLatest(JOBS);
    this.expire(past.endedMs);
    const id = this.idOf(past.extranonce1);
    this.put(isProven ? this.proven : this.unproven, id, past);
  }

  private put(shelf: PastShelf<PastSession>, id: string, past: PastSession): void {
    shelf.put(id, past, bytesOf(past));
    for (let oldest = shelf.excess; oldest !== null; oldest = shelf.excess) this.remove(oldest);
  }

  /** The session of that id, which is no longer here afterwards; null when there is none. */
  take(id: string, nowMs: number): PastSession | null {
    this.expire(nowMs);
    return this.remove(id);
  }

  /**
   * The one of that worker's sessions that ended last and is not lent; it is from now on, until `giveBack`. The user
   * agent keeps different devices of one name apart; an empty one is not known yet and goes with any.
   */
  borrow(username: string, userAgent: string, nowMs: number): PastSession | null {
    this.expire(nowMs);
    const id = this.names.take(username, userAgent);
    return id === null ? null : this.find(id);
  }

  /** The connection that had it is gone and found nothing. `stray`: what that one was given, whose time begins now. */
  giveBack({ extranonce1 }: PastSession, stray: StrayJobs | null, nowMs: number): void {
    const id = this.idOf(extranonce1);
    stray?.jobs.keepLatest(JOBS);
    for (const shelf of [this.proven, this.unproven]) {
      const past = shelf.get(id);
      if (past === null) continue;
      this.names.offer(id, past.username, past.userAgent);
      if (stray !== null) this.put(shelf, id, { ...past, stray, endedMs: nowMs });
    }
  }

  /** Each session's extranonce1, which who names its id has back. */
  *extranonces(): Generator<Uint8Array> {
    for (const shelf of [this.proven, this.unproven]) {
      for (const { extranonce1 } of shelf.values()) yield extranonce1;
    }
  }

  /** Rows of the log that shares of all these sessions' jobs name. */
  *signatureRows(): Generator<number> {
    for (const shelf of [this.proven, this.unproven]) {
      for (const { jobs, stray } of shelf.values()) {
        yield* jobs.signatureRows();
        if (stray !== null) yield* stray.jobs.signatureRows();
      }
    }
  }

  private find(id: string): PastSession | null {
    return this.proven.get(id) ?? this.unproven.get(id) ?? null;
  }

  private remove(id: string): PastSession | null {
    const past = this.find(id);
    if (past === null) return null;
    this.proven.delete(id);
    this.unproven.delete(id);
    this.names.withdraw(id);
    return past;
  }

  private expire(nowMs: number): void {
    for (const shelf of [this.proven, this.unproven]) {
      for (const [id, { endedMs }] of shelf.entries()) {
        if (nowMs - endedMs <= this.lifeMs) break;
        this.remove(id);
      }
    }
  }
}

function bytesOf({ jobs, shortJobIds, stray, bests }: PastSession): number {
  let bytes =
    SESSION_BYTES + jobs.stateBytes + (shortJobIds?.stateBytes ?? 0) + (stray?.jobs.stateBytes ?? 0);
  for (const name of bests.keys()) bytes += BEST_BYTES + name.length;
  return bytes;
}
