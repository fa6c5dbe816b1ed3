/** The known name a wrong one was probably meant to be. Section and case count for little: `rpcurl` is `bitcoin.rpcUrl`. */
import { distance } from 'fastest-levenshtein';

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

/** `known` has at least one name; the first of several equally near ones. */
export function nearest(wrong: string, known: Iterable<string>): string {
  const meant = wrong.toLowerCase();
  let best = '';
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const name of known) {
    const candidate = name.toLowerCase();
    const away = Math.min(distance(meant, candidate), distance(lastPart(meant), lastPart(candidate)) + 0.5);
    if (away < bestDistance) {
      best = name;
      bestDistance = away;
    }
  }
  return best;
}
