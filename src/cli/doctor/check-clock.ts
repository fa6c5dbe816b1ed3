/**
 * The clock: share times, rounds and block times hang on it. Compared with the calendar, with the machine's
 * monotonic clock over a moment, and with the clock of bitcoind, which refuses blocks 2 h in the future.
 */
import { type Finding, fail, ok, warn } from './finding.js';

export interface Clocks {
  /** Unix milliseconds. */
  wallMs(): number;
  /** Milliseconds from any origin, never set back or forth. */
  monotonicMs(): number;
  wait(delayMs: number): Promise<void>;
}

const SANE_FROM_MS = Date.UTC(2026, 0, 1);
const SANE_UNTIL_MS = Date.UTC(2100, 0, 1);
const WATCH_MS = 250;
const MOST_DRIFT_MS = 50;
const TWO_HOURS_MS = 7_200_000;
const MINUTE_MS = 60_000;

function inWords(ms: number): string {
  const size = Math.abs(ms);
  if (size < 2000) return `${Math.round(size)} ms`;
  return size < 2 * MINUTE_MS ? `${Math.round(size / 1000)} s` : `${Math.round(size / MINUTE_MS)} min`;
}

/** `offsetsMs`: each bitcoind's clock minus the wall clock when it was asked. */
export async function checkClock(clocks: Clocks, offsetsMs: readonly number[]): Promise<Finding> {
  const about = 'clock';
  const todo = 'let the system keep it: timedatectl set-ntp true';
  const wallMs = clocks.wallMs();
  const monotonicMs = clocks.monotonicMs();
  await clocks.wait(WATCH_MS);
  const driftMs = clocks.wallMs() - wallMs - (clocks.monotonicMs() - monotonicMs);
  const worstMs = offsetsMs.reduce((worst, ms) => (Math.abs(ms) > Math.abs(worst) ? ms : worst), 0);

  const time = new Date(wallMs).toISOString().slice(0, 19).replace('T', ' ');
  const compared = offsetsMs.length === 0 ? '' : `, ${inWords(worstMs)} from bitcoind's`;
  const told = `${time} UTC${compared}`;
  if (wallMs < SANE_FROM_MS || wallMs > SANE_UNTIL_MS) return fail(about, `${told}: that cannot be`, todo);
  if (Math.abs(worstMs) > TWO_HOURS_MS) return fail(about, told, `${todo}, here and on bitcoind's machine`);
  if (Math.abs(driftMs) > MOST_DRIFT_MS) {
    return warn(about, `${told}; it jumped by ${inWords(driftMs)} within ${WATCH_MS} ms`, todo);
  }
  if (Math.abs(worstMs) > MINUTE_MS) return warn(about, told, `${todo}, here and on bitcoind's machine`);
  return ok(about, told);
}
