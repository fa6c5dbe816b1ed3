/**
 * The highest difficulty a share of a work may be asked at: the network's own. A harder share would have to be more
 * than a block, and its miner would bring blocks for which it is told "low difficulty". It goes before the pool's
 * lower bound too.
 */
import { bitsToTarget, difficultyOfTarget, gridFloor, type Network } from '../../bitcoin/index.js';
import type { LiveWork } from './work-board.js';

const known = new WeakMap<LiveWork, number>();

/** On the grid. Without work nothing bounds it. */
export function networkDifficulty(work: LiveWork | null, network: Network): number {
  if (work === null) return Number.POSITIVE_INFINITY;
  let difficulty = known.get(work);
  if (difficulty === undefined) {
    const bits = network.blockTargetBits ?? work.template.bits;
    difficulty = gridFloor(difficultyOfTarget(bitsToTarget(bits)));
    known.set(work, difficulty);
  }
  return difficulty;
}
