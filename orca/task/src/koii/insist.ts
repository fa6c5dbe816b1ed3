/**
 * Does again what failed, until it is done or too late. A node that gives no answer may have done what was asked, so an
 * attempt that acts looks at the chain first.
 */
import type { Timers } from '../../../../src/lib/index.js';
import { sleep } from '../system-timers.js';

export interface Insistence {
  readonly timers: Timers;
  /** Between two attempts; they begin a second apart, and each wait is twice the one before. */
  readonly longestWaitMs: number;
  /** Whether an attempt is of use no more. One that rejects says nothing. */
  readonly isTooLate: () => Promise<boolean>;
}

const FIRST_WAIT_MS = 1_000;
/** Also where nobody can say how late it is; more than any window takes. */
const MOST_TRIES = 2_000;

/** `attempt`: throws where it is not done; `tries` counts from 1. Throws what the last one threw. */
export async function insist<Result>(
  { timers, longestWaitMs, isTooLate }: Insistence,
  attempt: (tries: number) => Promise<Result>,
): Promise<Result> {
  let waitMs = FIRST_WAIT_MS;
  for (let tries = 1; ; tries++) {
    try {
      return await attempt(tries);
    } catch (error) {
      if (tries === MOST_TRIES || (await isTooLate().catch(() => false))) throw error;
      await sleep(timers, waitMs);
      waitMs = Math.min(longestWaitMs, 2 * waitMs);
    }
  }
}
