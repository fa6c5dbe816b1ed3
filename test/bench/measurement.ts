/** What a bench hands over, and the durations it is made from. */
import type { Profiled } from './profile/pool-profile.js';

/** Figures that differ from run to run. */
export type Figure =
  | 'rate'
  | 'p50Ms'
  | 'p99Ms'
  | 'mostMs'
  | 'cores'
  | 'cpuUs'
  | 'stallMs'
  | 'connectionBytes'
  | 'rssBytes';
export type Spread = Readonly<Partial<Record<Figure, readonly [least: number, most: number]>>>;

export interface Measurement {
  /** By which goals and the page on performance find it; absent where neither asks for it. */
  readonly id?: string;
  /** The bench it belongs to, then what was measured. */
  readonly bench: string;
  readonly what: string;
  /** `unit` per second; null where only durations say something. */
  readonly rate: number | null;
  readonly unit: string;
  /** How long one took; null where it was not timed one by one. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly mostMs: number | null;
  /** How long a listener's event loop stood still at most; where listeners ran. */
  readonly stallMs?: number;
  /** Open while it was measured, and the pool's resident memory with them; where that is what is measured. */
  readonly connections?: number;
  /** Of them, how many the pool itself had logged in when it began and when it was over. */
  readonly loggedInBefore?: number;
  readonly loggedInAfter?: number;
  readonly rssBytes?: number;
  /** Of that, what one connection costs. */
  readonly connectionBytes?: number;
  /** CPU time of the process under test over time gone by: 1 is one core. */
  readonly cores: number | null;
  /** CPU time for each share that counted, microseconds, of the whole pool. */
  readonly cpuUs?: number;
  /** Shares that did not count, of all runs. */
  readonly refused?: number;
  /** Connections that ended while they should not have, of all runs. */
  readonly lostConnections?: number;
  /** Shares answered `true` that earned nothing, of all runs; they are not in `rate`. */
  readonly uncredited?: number;
  /** Shares answered `true` that were looked for in the share log, and found, over all runs of the row's pool. */
  readonly held?: number;
  /** How many runs the figures are the medians of (of pauses: the longest); absent where there was one. */
  readonly runs?: number;
  /** The least and the most of those runs. */
  readonly spread?: Spread;
  /** Where the time went; where a profile was asked for. */
  readonly profiled?: Profiled;
  /** What the reader must know to read the figures right. */
  readonly note: string;
}

/** Durations, kept one by one. */
export class Durations {
  private readonly valuesMs: number[] = [];

  add(durationMs: number): void {
    this.valuesMs.push(durationMs);
  }

  get count(): number {
    return this.valuesMs.length;
  }

  /** Null for what there are too few to tell. */
  figures(): Pick<Measurement, 'p50Ms' | 'p99Ms' | 'mostMs'> {
    const sorted = Float64Array.from(this.valuesMs).sort();
    const at = (part: number): number | null =>
      sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? null;
    // Of fewer than a hundred, the 99th percentile is the longest.
    return { p50Ms: at(0.5), p99Ms: sorted.length < 100 ? null : at(0.99), mostMs: at(1) };
  }
}

export const NOT_TIMED = { p50Ms: null, p99Ms: null, mostMs: null } as const;

/** Runs `once` again and again for `lastingMs`, timing each; synchronous. Returns the time all of them took. */
export function repeat(lastingMs: number, durations: Durations, once: () => void): number {
  const startMs = performance.now();
  let nowMs = startMs;
  while (nowMs - startMs < lastingMs) {
    const beganMs = nowMs;
    once();
    nowMs = performance.now();
    durations.add(nowMs - beganMs);
  }
  return nowMs - startMs;
}

/** CPU seconds of this process, all threads. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
