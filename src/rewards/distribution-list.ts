/**
 * Who gets how much of a round's KOII bounty. Auditors make the list again and compare it exactly, so it
 * depends on nothing but the submissions, their votes and the constants here: never on live stakes, the order of keys
 * or a clock. Miners' bitcoin has no part in this; the list pays nodes for running.
 *
 * A claim above the full tier weighs nothing in its own list: the next submission of the same key carries its proof,
 * and the list of that round credits it.
 */
import { type AuditTrigger, countVotes, isSlashed, stands } from './counted-votes.js';

/**
 * Hashes per roe of stated stake and round that can earn. Without it whoever rents hash rate for an hour takes the
 * bounty of nodes that stand for theirs with a stake that can be slashed. At 2³⁰ the least stake of 5 KOII covers
 * 5.4 · 10¹⁸ hashes: 1.5 PH/s through a round of an hour, more than the miners of one household or workshop make.
 */
export const HASHES_PER_ROE = 2n ** 30n;

/** Koii's lists are JSON numbers, and one that is none of JavaScript's safe integers voids the whole list. */
const MOST_ROE = 2n ** 53n - 1n;

/** What a submission says of itself, with the votes on it. */
export interface VotedSubmission {
  /** The submitter's K2 key in base58. */
  readonly key: string;
  /** Null for an idle node and for what cannot be read. */
  readonly claim: {
    readonly work: bigint;
    /** Roe, as stated in the submission; auditors hold it against the chain. */
    readonly stake: bigint;
    readonly tier: 'full' | 'sampled';
  } | null;
  /** Whether it carries the proof of the same key's claim of the round before. */
  readonly hasProof: boolean;
  readonly trigger: AuditTrigger | null;
}

export interface ListedRound {
  /** Roe. */
  readonly bounty: bigint;
  /** Of the round, one for each key. */
  readonly submissions: readonly VotedSubmission[];
  /** Of the round before. */
  readonly before: readonly VotedSubmission[];
}

/** Roe by key, every submitter of the round once, ascending by key; what is taken from a stake is negative. */
export function distributionList({ bounty, submissions, before }: ListedRound): Map<string, bigint> {
  const earlier = new Map(before.map((submission) => [submission.key, submission]));
  const weights = submissions.map((submission) => weightOf(submission, earlier.get(submission.key) ?? null));
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  const entries = submissions.map((submission, i): [string, bigint] => {
    const slash = slashOf(submission);
    if (slash > 0n) return [submission.key, -slash];
    return [submission.key, total === 0n ? 0n : (bounty * weights[i]!) / total];
  });
  return new Map(entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

/** What the submission earns by: its own claim, and the one before that it proves. */
function weightOf(submission: VotedSubmission, before: VotedSubmission | null): bigint {
  if (!isStanding(submission)) return 0n;
  const own = submission.claim?.tier === 'full' ? cappedWork(submission) : 0n;
  const isProven =
    submission.hasProof && before !== null && before.claim?.tier === 'sampled' && isStanding(before);
  return own + (isProven ? cappedWork(before) : 0n);
}

function isStanding({ key, trigger }: VotedSubmission): boolean {
  return stands(countVotes(key, trigger));
}

function cappedWork({ claim }: VotedSubmission): bigint {
  if (claim === null) return 0n;
  const most = claim.stake * HASHES_PER_ROE;
  return claim.work < most ? claim.work : most;
}

/** Seven tenths of the stated stake, rounded down; no more than a list can name, whatever stake was stated. */
function slashOf({ key, claim, trigger }: VotedSubmission): bigint {
  if (claim === null || !isSlashed(countVotes(key, trigger))) return 0n;
  const slash = (claim.stake * 7n) / 10n;
  return slash < MOST_ROE ? slash : MOST_ROE;
}
