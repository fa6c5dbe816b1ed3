/**
 * `mining.get_transactions(job id)` and `mining.get_txnhashes(job id)`. A block's transactions are megabytes that any
 * stranger could ask for a hundred times a second, so the first is answered as ckpool does, with their number, and the
 * second is refused; that the coinbase commits to the right ones, the branch of the job shows by itself.
 */
import { transactionCount } from '../session/job-parts.js';
import type { Session } from '../session/session.js';
import { answered, type Effect, refused } from './effect.js';
import { JOB_NOT_FOUND, OTHER, stratumError } from './stratum-error.js';

export function getTransactions(session: Session, [jobId]: readonly unknown[], nowMs: number): Effect {
  const issued = typeof jobId === 'string' ? session.job(jobId.toLowerCase(), nowMs) : null;
  if (issued === null) return refused(UNKNOWN);
  return answered(String(transactionCount(issued.work)));
}

export function getTransactionHashes(_session: Session): Effect {
  return refused(NOT_GIVEN);
}

const UNKNOWN = stratumError(JOB_NOT_FOUND, 'Job not found: too old, or sent to another connection');
const NOT_GIVEN = stratumError(
  OTHER,
  'Transaction ids are not given out: the branch in mining.notify is all a block needs',
);
