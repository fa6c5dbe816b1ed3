/**
 * Which node publishes the distribution list of a round: Koii's own choice, which every node has to make alike. Those
 * who submitted in the round and in the two before it, or in the round alone where there are none, are scored by how
 * far the letters of a hash of their submission are from those of a hash of all; the farthest is chosen, and after a
 * failed list the second farthest. Those whose list failed already are left out.
 */
import { createHash } from 'node:crypto';
import type { ChainSubmission, DistributionInfo, SubmissionInfo } from './koii-node.js';

export interface AuthorQuestion {
  readonly round: number;
  /** Of the round, and of the two before it where there are such. */
  readonly infos: readonly (SubmissionInfo | null)[];
  readonly distribution: DistributionInfo | null;
  readonly isPreviousFailed: boolean;
}

/** Base58; null where nobody is to. */
export function listAuthor({ round, infos, distribution, isPreviousFailed }: AuthorQuestion): string | null {
  const own = infos[0]?.submissions[round];
  if (own === undefined) return null;
  const failed =
    distribution?.distributions_audit_record?.[round] === 'PayoutFailed'
      ? Object.keys(distribution.distribution_rewards_submission[round] ?? {})
      : [];
  const steady = Object.keys(own).filter((key) =>
    infos.every((info, back) => info?.submissions[round - back]?.[key] !== undefined),
  );
  const keys = (steady.length > 0 ? steady : Object.keys(own)).filter((key) => !failed.includes(key));
  const whole = lettersOf(keys.map((key) => own[key]!));
  const scored = keys.map((key): readonly [string, number] => [
    key,
    Math.abs(whole - lettersOf({ [key]: own[key]! })),
  ]);
  return isPreviousFailed ? secondFarthest(scored) : farthest(scored);
}

/** The sum of the characters of the hash in hex. */
function lettersOf(value: readonly ChainSubmission[] | Record<string, ChainSubmission>): number {
  const hash = createHash('sha256').update(JSON.stringify(value)).digest('hex');
  return [...hash].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
}

/** A score of 0 chooses nobody. */
function farthest(scored: readonly (readonly [string, number])[]): string | null {
  let [author, best]: [string | null, number] = [null, 0];
  for (const [key, score] of scored) if (score > best) [author, best] = [key, score];
  return author;
}

/** As Koii finds it: one that becomes the farthest does not make the former farthest the second. */
function secondFarthest(scored: readonly (readonly [string, number])[]): string | null {
  let [author, best, second]: [string | null, number, number] = [null, -1, -1];
  for (const [key, score] of scored) {
    if (score > best) [second, best] = [best, score];
    else if (score > second) [author, second] = [key, score];
  }
  return author;
}
