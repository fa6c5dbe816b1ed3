/**
 * A share's verdict in the pool's circumstances: `checkShare` with what this listener knows of tips, time and
 * duplicates. An accepted share's hash is taken note of here and nowhere else.
 */
import { checkShare, type Rejection, type Share } from '../../mining/index.js';
import type { UncreditedOutcome } from '../share-sink.js';
import type { StaleReason } from '../stratum-metrics.js';
import type { IssuedJob } from './job-memory.js';

/**
 * How far a header's time may be ahead of ours: half an hour less than Bitcoin's consensus has it. An auditor allows a
 * claim's shares two hours from the round's end as its own clock and K2's slots have that; ours may go on with the round
 * for ten minutes and the grace, and clocks differ.
 */
export const MAX_FUTURE_SECONDS = 5400;

export type Refusal = Rejection | 'no-work' | 'round-closed';

/** Why a share could not even be hashed: nothing, or not enough, is known of what it is a share of. */
export type Unjudged = 'unknown-job' | 'malformed' | 'unauthorized' | 'not-subscribed' | 'not-stored';

export interface Circumstances {
  readonly versionMask: number;
  /** False when the miner named version bits outside its mask. */
  readonly versionBitsAllowed: boolean;
  readonly easierTarget: Uint8Array | null;
  /** False while the pool has nothing right to work on. */
  readonly hasWork: boolean;
  /** Shares of earlier rounds come too late: those rounds are claimed as they stood. */
  readonly openRound: bigint;
  readonly staleGraceMs: number;
  /** When the share came. */
  readonly cameMs: number;
  /** What the system's clock says. */
  readonly wallMs: number;
}

/** `hash` in internal order. `refusal` is null exactly for accepted and uncredited shares. */
export interface Verdict {
  readonly kind: 'accepted' | 'uncredited' | 'rejected';
  readonly refusal: Refusal | null;
  readonly hash: Uint8Array;
  /** Whatever the outcome. */
  readonly isBlock: boolean;
}

export interface Judgement extends Verdict {
  /** That its hash reached. */
  readonly hashDifficulty: number;
  /** Accepted, and more than the connection's share interval allows: see `ShareAllowance`. */
  readonly isExcess: boolean;
  readonly issued: IssuedJob;
  readonly share: Share;
  readonly difficultyMoved: boolean;
  /** It was found, and came for the first time, after its work was replaced or its round closed. */
  readonly isOvertaken: boolean;
}

export function judgeShare(
  { work, job }: Pick<IssuedJob, 'work' | 'job'>,
  share: Share,
  {
    versionMask,
    versionBitsAllowed,
    easierTarget,
    hasWork,
    openRound,
    staleGraceMs,
    cameMs,
    wallMs,
  }: Circumstances,
): Verdict {
  const { seen, replacedMs } = work.tip;
  const verdict = checkShare(job, share, {
    stale: replacedMs !== null && cameMs - replacedMs > staleGraceMs,
    versionMask,
    minTime: work.template.minTime,
    maxTime: Math.floor(wallMs / 1000) + MAX_FUTURE_SECONDS,
    easierTarget,
    isDuplicate: (hash) => seen.has(hash),
  });
  const { hash, isBlock } = verdict;
  const refused = (refusal: Refusal): Verdict => ({ kind: 'rejected', refusal, hash, isBlock });
  if (!hasWork) return refused('no-work');
  if (work.binding.round < openRound) return refused('round-closed');
  if (verdict.kind === 'rejected' && verdict.reason === 'stale') return refused('stale');
  if (!versionBitsAllowed) return refused('version-bits');
  if (verdict.kind === 'rejected') return refused(verdict.reason);
  // Uncredited ones too: sent again and again, they would tell vardiff of a hashrate that is not there.
  seen.add(hash);
  return { kind: verdict.kind, refusal: null, hash, isBlock };
}

/** Under which heading a refused share is counted. */
export function outcomeOf(refusal: Refusal | Unjudged): UncreditedOutcome {
  switch (refusal) {
    case 'stale':
    case 'duplicate':
    case 'low-difficulty':
    case 'not-stored':
      return refusal;
    case 'no-work':
    case 'round-closed':
    case 'unknown-job':
      return 'stale';
    default:
      return 'invalid';
  }
}

/** Null unless it is counted as stale. */
export function staleReason(refusal: Refusal | Unjudged): StaleReason | null {
  if (refusal === 'stale') return 'superseded';
  return refusal === 'no-work' || refusal === 'round-closed' || refusal === 'unknown-job' ? refusal : null;
}
