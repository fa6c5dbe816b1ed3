/**
 * How the blocks that a round's shares stand on stand to the chain when the round is closed: which of them a claim has to
 * show, because other nodes may never have seen them, and whose shares no auditor takes.
 */
import type { BlockFacts, ChainFacts } from '../audit/index.js';
import type { TipHeader } from './tip-headers.js';

export interface Standing {
  /** Headers, 80 bytes, of blocks that lost their race or may yet: at most as many as a package shows, the highest. */
  readonly beside: readonly Uint8Array[];
  /** Display order: those two or more blocks off the best chain, or that may come to be by a tie, and those that were the tip too long before or behind. */
  readonly lost: readonly string[];
}

export interface RoundTimes {
  readonly startTime: number;
  readonly endTime: number;
}

const MARGIN_SECONDS = 5_400;
/** Blocks upon it: a race is over after one or two. */
const SETTLED = 6;
/** docs/claim-format.md, "The package". */
const MOST_SHOWN = 16;

/**
 * `round`: seconds; what was no tip within an hour and a half of it is left out, which is half an hour less than auditors
 * allow. `kept`: headers by hash in display order. `chain`: what the node's own bitcoind says of the hashes, having been handed
 * those headers; null without one, and then nothing is known to be lost.
 */
export function standingOf(
  hashes: readonly string[],
  kept: ReadonlyMap<string, TipHeader>,
  chain: ChainFacts | null,
  round: RoundTimes,
): Standing {
  const lost =
    chain === null
      ? []
      : hashes.filter((hash) => {
          const said = chain.blocks.get(hash);
          return isLost(said, kept.get(hash), chain) || isOutside(said, round);
        });
  const gone = new Set(lost);
  const beside = hashes
    .filter((hash) => !gone.has(hash) && !isSettled(chain?.blocks.get(hash), chain))
    .flatMap((hash) => kept.get(hash) ?? [])
    .sort((a, b) => b.height - a.height)
    .slice(0, MOST_SHOWN);
  return { beside: beside.map(({ header }) => header), lost };
}

type Said = BlockFacts | 'unknown' | undefined;

/**
 * Not while bitcoind knows of a branch with more work: that may be the one to come. With as much work, whichever wins, no
 * share two deep upon the other is taken; so none is kept that lies two deep on either.
 */
function isLost(said: Said, kept: TipHeader | undefined, { best }: ChainFacts): boolean {
  if (said === undefined || best.headers > best.height) return false;
  // A bitcoind that took over may be blocks behind the one that is gone.
  if (said === 'unknown') return kept === undefined || kept.height <= best.height;
  if (said.place === 'best') return said.height > best.settled;
  return said.place !== 'beside' && said.height <= best.height;
}

function isOutside(said: Said, { startTime, endTime }: RoundTimes): boolean {
  if (said === undefined || said === 'unknown' || said.place === 'elsewhere' || said.place === 'tied')
    return false;
  const { time, nextTime } = said;
  return time > endTime + MARGIN_SECONDS || (nextTime !== null && nextTime < startTime - MARGIN_SECONDS);
}

function isSettled(said: Said, chain: ChainFacts | null): boolean {
  if (chain === null || said === undefined || said === 'unknown') return false;
  return said.place === 'best' && chain.best.height - said.height >= SETTLED;
}
