/**
 * The votes on one submission, counted so that their order, repetitions and who was first change nothing: a voter
 * counts once, one that voted both ways not at all, and nobody on its own submission. Whoever triggered the audit has
 * said false by it, whether the chain lists that as a vote or not.
 */

/** As K2 has it: only submissions that somebody doubts are voted on. */
export interface AuditTrigger {
  readonly triggeredBy: string;
  readonly votes: readonly { readonly voter: string; readonly isValid: boolean }[];
}

export interface CountedVotes {
  readonly valid: number;
  readonly invalid: number;
}

/** `trigger`: null where nobody doubted. `submitter` and voters: K2 keys in base58. */
export function countVotes(submitter: string, trigger: AuditTrigger | null): CountedVotes {
  const saidTrue = new Set<string>();
  const saidFalse = new Set<string>();
  if (trigger !== null) {
    for (const { voter, isValid } of trigger.votes) (isValid ? saidTrue : saidFalse).add(voter);
    if (!saidTrue.has(trigger.triggeredBy)) saidFalse.add(trigger.triggeredBy);
  }
  const counts = (one: ReadonlySet<string>, other: ReadonlySet<string>): number =>
    [...one].filter((voter) => voter !== submitter && !other.has(voter)).length;
  return { valid: counts(saidTrue, saidFalse), invalid: counts(saidFalse, saidTrue) };
}

/** Nobody doubted it, or more said true than false. */
export function stands({ valid, invalid }: CountedVotes): boolean {
  return invalid === 0 || valid > invalid;
}

/** Fewer than this many voters take nobody's stake, however agreed they are. */
export const SLASH_VOTERS = 3;

/** At least three voters said false, and they are more than two thirds. */
export function isSlashed({ valid, invalid }: CountedVotes): boolean {
  return invalid >= SLASH_VOTERS && 3 * invalid > 2 * (valid + invalid);
}
