/**
 * How a session goes on with an earlier one of the same payout, and what it leaves for a later one to go on with: jobs,
 * statistics, best shares and difficulty.
 */
import { equalBytes } from '../../lib/index.js';
import type { FarmAgent } from '../agent/farm-agent.js';
import type { Crew } from './crew.js';
import type { DifficultySetting } from './difficulty-setting.js';
import type { JobSeries } from './job-series.js';
import type { PastSession } from './past-sessions.js';
import type { ShareHistory } from './share-history.js';
import type { VersionRolling } from './version-rolling.js';
import { usernameOf } from './worker.js';

/** What of a session is continued. */
interface Continued {
  readonly extranonce1: Uint8Array;
  readonly userAgent: string;
  readonly agent: FarmAgent | null;
  readonly jobs: JobSeries;
  readonly rolling: VersionRolling;
  readonly history: ShareHistory;
  readonly crew: Crew;
  readonly difficultySetting: DifficultySetting;
  /** The earlier session. */
  readonly past: PastSession | null;
  /** That was lent to a name, and is not this connection's to leave behind. */
  readonly isPastLent: boolean;
  /** The session went on with that, and brought no share. */
  readonly foundNothing: boolean;
}

/**
 * The jobs of the same payout's earlier session are this one's, each with the extranonce1 it was sent with, so what was
 * found for them counts. A miner that has its extranonce1 back takes its version mask for agreed as well.
 */
export function goOn(session: Continued, past: PastSession, ownerId: Uint8Array): void {
  const { jobs, agent } = session;
  const { stray } = past;
  const isOwn = equalBytes(past.ownerId, ownerId);
  if (isOwn) jobs.goOn(past.jobs);
  if (stray !== null && equalBytes(stray.ownerId, ownerId)) jobs.goOn(stray.jobs);
  if (!isOwn) return;
  session.history.goOn(past.history);
  session.crew.goOn(past.bests);
  if (agent !== null && past.shortJobIds !== null) agent.jobIds = past.shortJobIds;
  session.difficultySetting.resume(past.difficulty, session.isPastLent);
  if (session.extranonce1 === past.extranonce1) session.rolling.goOn(past.rolling);
}

/**
 * What a later session can continue; null when nobody ever logged in. A connection that continued a session by its id
 * and found nothing leaves that as it was, with the jobs that it was given itself.
 */
export function leftBy(session: Continued, nowMs: number): PastSession | null {
  const { past } = session;
  const own = ownOf(session, nowMs);
  if (past === null || session.isPastLent || !session.foundNothing) return own;
  return { ...past, stray: own ?? past.stray, endedMs: nowMs };
}

function ownOf(session: Continued, nowMs: number): PastSession | null {
  const { extranonce1, userAgent, agent, jobs, rolling, history, crew, difficultySetting } = session;
  const { owner, ownerId } = crew;
  if (owner === null || ownerId === null) return null;
  return {
    extranonce1,
    ownerId,
    username: usernameOf(owner),
    userAgent,
    difficulty: difficultySetting.past,
    jobs: jobs.kept,
    shortJobIds: agent?.jobIds ?? null,
    stray: null,
    rolling,
    history,
    bests: crew.bests(),
    endedMs: nowMs,
  };
}
