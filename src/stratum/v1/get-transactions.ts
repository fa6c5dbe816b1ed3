/**
 * `mining.get_transactions(job id)` is answered with their number, and `mining.get_txnhashes(job id)` with their ids in
 * block order, display order each and a space between, without the coinbase: both as ckpool does (src/stratifier.c,
 * send_transactions), which gives out a list once in 30 s. The transactions themselves are megabytes that any stranger
 * could ask for a hundred times a second, and a list is a quarter of one: see `Session.mayList`.
 */

import type { IssuedJob } from '../session/job-memory.js';
import { transactionCount, transactionIds } from '../session/job-parts.js';
import type { Session } from '../session/session.js';
import { answered, type Effect, refused } from './effect.js';
import { JOB_NOT_FOUND, OTHER, stratumError } from './stratum-error.js';

export function getTransactions(session: Session, [jobId]: readonly unknown[], nowMs: number): Effect {
  const issued = jobOf(session, jobId, nowMs);
  return issued === null ? refused(UNKNOWN) : answered(String(transactionCount(issued.work)));
}

export function getTransactionHashes(session: Session, [jobId]: readonly unknown[], nowMs: number): Effect {
  const issued = jobOf(session, jobId, nowMs);
  if (issued === null) return refused(UNKNOWN);
  if (!session.mayList(nowMs)) return refused(LATER);
  return answered(`"${Array.from(transactionIds(issued.work)).join(' ')}"`);
}

function jobOf(session: Session, jobId: unknown, nowMs: number): IssuedJob | null {
  return typeof jobId === 'string' ? session.job(jobId.toLowerCase(), nowMs) : null;
}

const UNKNOWN = stratumError(JOB_NOT_FOUND, 'Job not found: too old, or sent to another connection');
const LATER = stratumError(
  OTHER,
  'Ratelimit: transaction ids are for miners with an accepted share, once in 30 s; ask again later',
);
