/**
 * Hashrate over seven windows, as decaying averages: each share adds its work, and what was added before fades with
 * e^(−t/window). A worker's first minutes are scaled up by the part of the window that has passed, so the figure is
 * right from the first shares on instead of creeping up. Pure; time is a parameter.
 */

export const RATE_WINDOWS = ['1m', '5m', '15m', '1h', '6h', '1d', '7d'] as const;
export type RateWindow = (typeof RATE_WINDOWS)[number];
/** Hashes per second. */
export type Rates = Readonly<Record<RateWindow, number>>;

const SECONDS: readonly number[] = [60, 300, 900, 3600, 21_600, 86_400, 604_800];

export interface RateState {
  /** When the first share came; 0 before it. */
  readonly startMs: number;
  /** The time `values` stand at. */
  readonly atMs: number;
  /** One a window: work per second, before the correction for a young worker. */
  readonly values: readonly number[];
}

export const NO_RATES: RateState = { startMs: 0, atMs: 0, values: SECONDS.map(() => 0) };

function faded(state: RateState, nowMs: number): number[] {
  const seconds = Math.max(0, nowMs - state.atMs) / 1000;
  return state.values.map((value, i) => value * Math.exp(-seconds / SECONDS[i]!));
}

/** `work`: expected hashes of the shares credited at `nowMs`. */
export function addWork(state: RateState, work: number, nowMs: number): RateState {
  return {
    startMs: state.startMs === 0 ? nowMs : state.startMs,
    // A clock that was far ahead must not freeze the windows until it is reached again.
    atMs: nowMs,
    values: faded(state, nowMs).map((value, i) => value + work / SECONDS[i]!),
  };
}

/** One worker's rates from several shards, or a pool's from its workers. */
export function mergeRates(parts: readonly RateState[]): RateState {
  const mined = parts.filter(({ startMs }) => startMs !== 0);
  const atMs = mined.reduce((latest, part) => Math.max(latest, part.atMs), 0);
  const values = SECONDS.map(() => 0);
  for (const part of mined) {
    for (const [i, value] of faded(part, atMs).entries()) values[i] = values[i]! + value;
  }
  const startMs = mined.reduce((first, part) => Math.min(first, part.startMs), Number.POSITIVE_INFINITY);
  return mined.length === 0 ? NO_RATES : { startMs, atMs, values };
}

export function ratesAt(state: RateState, nowMs: number): Rates {
  // A single share says nothing about a rate: less than ten seconds count as ten.
  const ageSeconds = Math.max(10, (nowMs - state.startMs) / 1000);
  const values = faded(state, nowMs).map((value, i) => value / (1 - Math.exp(-ageSeconds / SECONDS[i]!)));
  return Object.fromEntries(RATE_WINDOWS.map((window, i) => [window, values[i]!])) as Rates;
}

/** startMs, atMs, then the seven values, as doubles. */
export function encodeRates(state: RateState): Uint8Array {
  const doubles = Float64Array.of(state.startMs, state.atMs, ...state.values);
  return new Uint8Array(doubles.buffer);
}

export function decodeRates(bytes: Uint8Array): RateState {
  const [startMs = 0, atMs = 0, ...values] = new Float64Array(Uint8Array.from(bytes).buffer);
  return { startMs, atMs, values };
}
