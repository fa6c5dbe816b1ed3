/**
 * How far apart a node's miners bring shares, so that its round stays within the 16,384 shares of a fully recorded
 * claim: as far as they want while the round has room, else just so far that what is left of it suffices
 * for the rest of the round, and at most a minute. Beyond that the node is a large one, whose claims are sampled.
 *
 * Each miner brings one share an interval, so `miners` of them bring `miners · remaining / interval` in the time that
 * remains. What they brought so far corrects for those who keep no interval: hardware slower than the lowest difficulty,
 * a machine that is off, a difficulty that follows slowly. Excess of single miners is left out by whoever counts: it may
 * take a round over its bound, but nobody's shares are made rarer for it.
 */
import { FULL_TIER_SHARES } from './claim.js';

export const LONGEST_SHARE_INTERVAL_MS = 60_000;

/** The rest is for chance, and for the minutes in which difficulties follow. */
const PART_USED = 0.95;
/** Below it a change is not worth new jobs for every miner. */
const LEAST_CHANGE = 0.1;
/** Near the round's end what is left is little and its quotient noise: the interval is not shortened any more. */
const LAST_PART = 0.1;

export interface RoundLoad {
  /** The round's shares so far, over all listeners, without what single connections brought in excess. */
  readonly shares: number;
  /** Connections that bring shares at present. */
  readonly miners: number;
  readonly elapsedMs: number;
  readonly roundMs: number;
}

/** `wantedMs`: the interval while there is room. `presentMs` is the answer where another would hardly differ. */
export function shareInterval(load: RoundLoad, wantedMs: number, presentMs: number): number {
  const { shares, miners, elapsedMs, roundMs } = load;
  const longestMs = Math.max(wantedMs, LONGEST_SHARE_INTERVAL_MS);
  const room = PART_USED * FULL_TIER_SHARES - shares;
  const remainingMs = Math.max(0, roundMs - elapsedMs);
  const neededMs = room > 0 ? (miners * remainingMs) / room : longestMs;
  const nextMs = Math.round(Math.min(longestMs, Math.max(wantedMs, neededMs)));
  const isLate = remainingMs < LAST_PART * roundMs;
  if (nextMs === presentMs || (isLate && nextMs < presentMs)) return presentMs;
  const atBound = nextMs === wantedMs || nextMs === longestMs;
  return atBound || Math.abs(nextMs / presentMs - 1) >= LEAST_CHANGE ? nextMs : presentMs;
}
