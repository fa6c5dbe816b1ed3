/**
 * A read that is asked again when it fails. Nodes and K2 refuse a call now and then, or answer with a proxy's page, and
 * that must cost nobody a round; it is for what has no effect only.
 */
import type { Timers } from '../../../../src/lib/index.js';
import { sleep } from '../system-timers.js';

const TRIES = 4;
const RETRY_MS = 500;

/** `isHopeless`: whether another try can change nothing. Throws what the last one threw. */
export async function askedAgain<Answer>(
  timers: Timers,
  ask: () => Promise<Answer>,
  isHopeless: (error: unknown) => boolean,
): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    try {
      return await ask();
    } catch (error) {
      if (tries === TRIES || isHopeless(error)) throw error;
      await sleep(timers, RETRY_MS);
    }
  }
}
