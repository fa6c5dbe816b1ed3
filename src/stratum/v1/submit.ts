/**
 * `mining.submit(username, job id, extranonce2, time, nonce, version bits?)`. Hot path: synchronous, few
 * allocations. Hex may be of either case; NerdMiner sends nonces without leading zeros, so 1 to 8 digits do; the
 * extranonce2 is exactly 8 bytes. Version bits may be missing or empty even when rolling was negotiated.
 */
import { fromHex } from '../../lib/index.js';
import type { StraySolution } from '../session/given-jobs.js';
import type { Unjudged } from '../session/judge-share.js';
import type { Session } from '../session/session.js';
import type { Solution } from '../session/solution.js';
import type { Worker } from '../session/worker.js';
import type { Effect } from './effect.js';
import { parseMessage, type Request } from './request.js';
import {
  JOB_NOT_FOUND,
  NOT_SUBSCRIBED,
  OTHER,
  type StratumError,
  stratumError,
  UNAUTHORIZED,
} from './stratum-error.js';

const EXTRANONCE2 = /^[0-9a-fA-F]{16}$/;
const TIME = /^[0-9a-fA-F]{8}$/;
const UINT32 = /^[0-9a-fA-F]{1,8}$/;

const NO_SUBSCRIPTION = stratumError(NOT_SUBSCRIBED, 'Not subscribed: send mining.subscribe first');
const UNKNOWN_WORKER = stratumError(UNAUTHORIZED, 'Unauthorized worker: authorize this name first');
const UNKNOWN_JOB = stratumError(JOB_NOT_FOUND, 'Job not found: too old, or sent to another connection');
const FEW_PARAMS = stratumError(OTHER, 'Submit takes username, job id, extranonce2, time, nonce');
const BAD_EXTRANONCE2 = stratumError(OTHER, 'The extranonce2 is not 16 hex digits');
const BAD_TIME = stratumError(OTHER, 'The time is not 8 hex digits');
const BAD_NONCE = stratumError(OTHER, 'The nonce is not 1 to 8 hex digits');
const BAD_VERSION_BITS = stratumError(OTHER, 'The version bits are not 1 to 8 hex digits');

export function submit(session: Session, params: readonly unknown[], nowMs: number): Effect {
  if (!session.subscribed) return submitUnknown(session, params, nowMs, 'not-subscribed', NO_SUBSCRIPTION);
  const [username, jobId] = params;
  const worker = typeof username === 'string' ? session.crew.workerOf(username) : null;
  if (worker === null) return submitUnknown(session, params, nowMs, 'unauthorized', UNKNOWN_WORKER);
  if (params.length < 5 || typeof jobId !== 'string') return refuse(worker, 'malformed', FEW_PARAMS);
  const solution = parseSolution(params);
  if ('code' in solution) return refuse(worker, 'malformed', solution);
  const id = session.jobIdOf(jobId);
  const issued = session.job(id, nowMs);
  if (issued === null)
    return stray(session, worker, 'unknown-job', UNKNOWN_JOB, { jobId: id, solution }, nowMs);
  return { kind: 'share', worker, judgement: session.submit(issued, solution, nowMs) };
}

/** Refused, unless it is a block: that is tried whoever sent it, and counts for the payout that owns its work. */
function submitUnknown(
  session: Session,
  params: readonly unknown[],
  nowMs: number,
  reason: Unjudged,
  error: StratumError,
): Effect {
  const { owner } = session;
  const jobId = params[1];
  const solution = parseSolution(params);
  if (typeof jobId !== 'string' || 'code' in solution) return refuse(null, reason, error);
  const id = session.jobIdOf(jobId);
  const issued = owner === null ? null : session.job(id, nowMs);
  if (owner !== null && issued !== null && session.isBlock(issued, solution)) {
    return { kind: 'share', worker: owner, judgement: session.submit(issued, solution, nowMs) };
  }
  return stray(session, null, reason, error, { jobId: id, solution }, nowMs);
}

export interface Found {
  /** As it was sent; null for what is no text. */
  readonly username: string | null;
  readonly jobId: string;
  readonly solution: Solution;
}

/** What a line says was found, for a look at it before its turn; null where it says nothing of that or cannot be read. */
export function foundIn(line: string): Found | null {
  const request = requestIn(line);
  return request?.method === 'mining.submit' ? foundBy(request.params) : null;
}

/** The same of a submit's parameters. */
export function foundBy(params: readonly unknown[]): Found | null {
  const [username, jobId] = params;
  if (typeof jobId !== 'string') return null;
  const solution = parseSolution(params);
  if ('code' in solution) return null;
  return { username: typeof username === 'string' ? username : null, jobId, solution };
}

function requestIn(line: string): Request | null {
  try {
    const message = parseMessage(line);
    return message.kind === 'request' ? message : null;
  } catch {
    return null;
  }
}

function parseSolution(params: readonly unknown[]): Solution | StratumError {
  const [, , extranonce2, time, nonce, versionBits] = params;
  if (typeof extranonce2 !== 'string' || !EXTRANONCE2.test(extranonce2)) return BAD_EXTRANONCE2;
  if (typeof time !== 'string' || !TIME.test(time)) return BAD_TIME;
  if (typeof nonce !== 'string' || !UINT32.test(nonce)) return BAD_NONCE;
  const hasBits = versionBits !== undefined && versionBits !== null && versionBits !== '';
  if (hasBits && (typeof versionBits !== 'string' || !UINT32.test(versionBits))) return BAD_VERSION_BITS;
  return {
    extranonce2: fromHex(extranonce2),
    time: Number.parseInt(time, 16),
    nonce: Number.parseInt(nonce, 16),
    versionBits: hasBits ? Number.parseInt(versionBits as string, 16) : null,
  };
}

function refuse(worker: Worker | null, reason: Unjudged, error: StratumError): Effect {
  return { kind: 'refuse-share', worker, reason, error, block: null, elsewhere: null };
}

/** Refused, and tried all the same if it is a block on a job of another connection. */
function stray(
  session: Session,
  worker: Worker | null,
  reason: Unjudged,
  error: StratumError,
  solution: StraySolution,
  nowMs: number,
): Effect {
  const block = session.strayBlock(solution, nowMs);
  const elsewhere = session.isElsewhere(solution.jobId) ? solution : null;
  return { kind: 'refuse-share', worker, reason, error, block, elsewhere };
}
