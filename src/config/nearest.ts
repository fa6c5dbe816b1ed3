/** The known name a wrong one was probably meant to be. Case never counts, a missing section little: `rpcurl` is `bitcoin.rpcUrl`. */
import { distance } from 'fastest-levenshtein';

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

function section(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('.')));
}

/** `known` has at least one name; the first of several equally near ones. */
export function nearest(wrong: string, known: Iterable<string>): string {
  const meant = wrong.toLowerCase();
  let best = '';
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const name of known) {
    const candidate = name.toLowerCase();
    const sections = section(meant) === '' ? 0 : distance(section(meant), section(candidate));
    const lastParts = distance(lastPart(meant), lastPart(candidate)) + sections + 0.5;
    const away = Math.min(distance(meant, candidate), lastParts);
    if (away < bestDistance) {
      best = name;
      bestDistance = away;
    }
  }
  return best;
}
