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

/**
 * By what a published list is another than this node's own, in words that follow "it"; null where it is the same. The
 * order of keys says nothing.
 */
export function listFault(own: DistributionList, published: DistributionList): string | null {
  const missing = Object.keys(own).find((key) => !Object.hasOwn(published, key));
  if (missing !== undefined) return `leaves out ${missing}, who submitted`;
  const stranger = Object.keys(published).find((key) => !Object.hasOwn(own, key));
  if (stranger !== undefined) return `names ${shortened(stranger)}, who did not submit`;
  const other = Object.keys(own).find((key) => own[key] !== published[key]);
  if (other === undefined) return null;
  const given: unknown = published[other];
  if (!Number.isSafeInteger(given)) {
    return `gives ${other} ${shortened(JSON.stringify(given))}, which is no whole number of roe`;
  }
  return `gives ${other} ${given} roe where ${own[other]} are due`;
}

const MOST_CHARACTERS = 60;

function shortened(text: string): string {
  return text.slice(0, MOST_CHARACTERS);
}
