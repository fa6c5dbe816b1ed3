/**
 * Difficulties below 1, which the smallest miners need and some of the largest cannot read. Bitmain's code takes the whole
 * part of a difficulty, looks for the highest bit of 0 and submits nothing at all, however long it hashes (`hashtest_submit` in
 * bitmaintech/bmminer-mix, driver-btm-c5.c, and in stock firmware of the S9 to the S17); bosminer divides by it
 * (braiins/braiins, stratum-proxy/src/translation.rs); a Whatsminer that was still tuning took the pool for dead
 * (benjamin-wilson/public-pool, issue 120). So a silence that may be a boot does not lead everybody there.
 */

/**
 * What silence before the first share may lead to. `taken`: any difficulty. `never`: none below 1. `doubtful`: any, but 1 is
 * shown again from time to time, for a miner that came meanwhile, behind a proxy perhaps, and cannot read what is lower.
 */
export type BelowOne = 'taken' | 'never' | 'doubtful';

/** As they name themselves; what passes difficulties on to machines speaks for any. */
const LARGE =
  /^(?:antminer|bmminer|cgminer|whatsminer|btminer|avalon|bitaxe|nerd\w*axe|luxminer|vnish|miningrigrentals|nicehash)|bosminer|braiins|proxy|agent/i;
const SMALL = /^(?:cpuminer|nerdminer|han_solominer)/i;

/** Share intervals from one showing to the next, and how many it lasts. */
const SHOWN_EACH = 30;
const SHOWN_FOR = 6;

/** `start`: the miner's first difficulty, of the pool's, its own wish or an earlier connection. */
export function belowOneOf(userAgent: string, start: number): BelowOne {
  if (start < 1 || SMALL.test(userAgent)) return 'taken';
  return LARGE.test(userAgent) ? 'never' : 'doubtful';
}

/** The showings of one silence. */
export class Showing {
  /** What silence had led to; null while it is not interrupted. */
  private low: number | null = null;

  get isOn(): boolean {
    return this.low !== null;
  }

  /** The difficulty to go to now; null to stay. `intervals`: of silence. */
  step(difficulty: number, intervals: number): number | null {
    const isDue = intervals >= SHOWN_EACH && intervals % SHOWN_EACH < SHOWN_FOR;
    if (isDue === this.isOn || (isDue && difficulty >= 1)) return null;
    const next = this.low ?? 1;
    this.low = isDue ? difficulty : null;
    return next;
  }

  /** The miner has spoken. */
  end(): void {
    this.low = null;
  }
}
