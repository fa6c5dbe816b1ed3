/**
 * Whose bytes are least paid for. What is kept for a connection (names, jobs) its work pays for: so much each has for
 * itself, and as much again for every miner that its shares show, a miner here being the least that the pool is for: one
 * share of the lowest difficulty in each share interval. A proxy or farm at work so pays for more names than it can have,
 * also one of the slowest miners, whatever its size; names that bring nothing are debt, also behind a cheap share of long
 * ago. It is work and not the number of shares that pays, since vardiff makes that number alike for all, and whoever holds
 * the difficulty down has shares for next to nothing. What waits, unread or not worked off, nothing pays for.
 */

/** Of one connection, as it is now. */
export interface Holding {
  /** Lines not yet worked off, and answers not yet read. */
  readonly waitingBytes: number;
  /** How many answers may wait before it is hung up on, in bytes. */
  readonly backlogBytes: number;
  /** What its session keeps, beyond what each has to have. */
  readonly keptBytes: number;
  /** Of its shares of late, in difficulty per second. */
  readonly work: number;
  readonly ageMs: number;
}

/** Of the least miner that the pool is for. */
interface PoolsLeast {
  readonly minDifficulty: number;
  readonly shareIntervalMs: number;
}

/** What one miner may keep: ten minutes of jobs of its own, and a few workers. */
export const MINER_BYTES = 64 << 10;
/** Of the backlog: waiting bytes that weigh as much as kept ones that are just paid for. */
const WAITING_PART = 1 / 4;
/** What a newcomer's age begins with, so that it comes before those who have long paid. */
const NEW_MS = 1_000;

export class MemoryPrice {
  /** Of the least miner the pool is for, in difficulty per second. */
  private readonly minersWork: number;
  private readonly shareIntervalMs: number;

  constructor({ minDifficulty, shareIntervalMs }: PoolsLeast) {
    this.minersWork = (1_000 * minDifficulty) / shareIntervalMs;
    this.shareIntervalMs = shareIntervalMs;
  }

  /**
   * How many times it holds what it may. Nobody owes more than one for each share interval of its age, and a little to
   * begin with: a proxy logs in all its names before its first share, and is to have time for that.
   */
  debt({ waitingBytes, backlogBytes, keptBytes, work, ageMs }: Holding): number {
    const waiting = waitingBytes / (backlogBytes * WAITING_PART);
    const kept = keptBytes / (MINER_BYTES * (1 + work / this.minersWork));
    return Math.min(waiting + kept, (NEW_MS + ageMs) / this.shareIntervalMs);
  }
}
