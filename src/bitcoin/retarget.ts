/**
 * Which bits a retarget gives the next 2,016 blocks: Bitcoin Core's `CalculateNextWorkRequired`, its off-by-one
 * included (the time that is measured is of 2,015 intervals).
 */
import { bitsAtMost, bitsToTarget } from './bits.js';

export const RETARGET_BLOCKS = 2016;
const WANTED_SECONDS = 14n * 86_400n;
const MOST_CHANGE = 4n;

export interface RetargetPeriod {
  /** Of the period's last block; BIP94 (testnet4) takes those of its first. */
  readonly bits: number;
  /** Header times of its first and last block, seconds. */
  readonly firstTime: number;
  readonly lastTime: number;
  /** The network's easiest target. */
  readonly easiestBits: number;
}

export function retargetedBits({ bits, firstTime, lastTime, easiestBits }: RetargetPeriod): number {
  const measured = BigInt(lastTime - firstTime);
  const least = WANTED_SECONDS / MOST_CHANGE;
  const most = WANTED_SECONDS * MOST_CHANGE;
  const seconds = measured < least ? least : measured > most ? most : measured;
  const target = (bitsToTarget(bits) * seconds) / WANTED_SECONDS;
  const easiest = bitsToTarget(easiestBits);
  return bitsAtMost(target > easiest ? easiest : target);
}
