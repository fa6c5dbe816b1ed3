/** The system's clocks and timers. */
import type { SteadyTimers, Timers } from '../lib/index.js';

export const systemTimers: Timers = {
  nowMs: () => Date.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
  every(periodMs, callback) {
    const timer = setInterval(callback, periodMs);
    return () => clearInterval(timer);
  },
};

/** What the system's clock said when its steady one, which all processes share, was at 0. */
export function steadyOriginMs(): number {
  return Date.now() - bootClockMs();
}

/** `originMs`: a node's processes speak of one time where they have one origin. */
export function steadyTimers(originMs: number): SteadyTimers {
  // Cheaper than to ask the boot clock each time: it is asked several times a line.
  const startMs = originMs + bootClockMs() - performance.now();
  return {
    ...systemTimers,
    nowMs: () => Math.floor(startMs + performance.now()),
    wallMs: () => Date.now(),
  };
}

/** Since the machine's start, about. */
function bootClockMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
