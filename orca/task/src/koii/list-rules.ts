/**
 * What Koii's task manager demands of a distribution list before it goes to K2: every submitter is in it, the amounts
 * are integers, and they come to no more than the round's bounty. Where one fails, Koii publishes zeros for everybody;
 * so is it here, that all nodes of one task publish the same.
 */
import type { DistributionList } from './koii-node.js';

export function keptToRules(
  list: DistributionList,
  submitters: readonly string[],
  bounty: number,
): DistributionList {
  const amounts = Object.values(list);
  const isComplete = submitters.every((key) => key in list);
  const isWhole = amounts.every(Number.isSafeInteger);
  const isCovered = amounts.reduce((sum, amount) => sum + amount, 0) <= bounty;
  if (isComplete && isWhole && isCovered) return list;
  return Object.fromEntries(submitters.map((key) => [key, 0]));
}

/** The same keys with the same amounts; their order says nothing. */
export function isSameList(one: DistributionList, other: DistributionList): boolean {
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => one[key] === other[key]);
}
