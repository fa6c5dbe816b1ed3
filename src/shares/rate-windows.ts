/**
 * Hashrate over seven windows, as decaying averages: each share adds its work, and what was added before fades with
 * e^(−t/window). A worker's first minutes are scaled up by the part of the window that has passed, so the figure is
 * right from the first shares on instead of creeping up. The squares of the same weights are kept beside them: they
 * say how far off the figure may be (`RateBand`). Pure; time is a parameter.
 */
import { type RateBand, rateBand } from './rate-band.js';
import { ShardAlteredError } from './storage-fault.js';

export const RATE_WINDOWS = ['1m', '5m', '15m', '1h', '6h', '1d', '7d'] as const;
export type RateWindow = (typeof RATE_WINDOWS)[number];
/** Hashes per second. */
export type Rates = Readonly<Record<RateWindow, number>>;
/** Hashes per second, 95 %. */
export type RateBands = Readonly<Record<RateWindow, RateBand>>;

const SECONDS: readonly number[] = [60, 300, 900, 3600, 21_600, 86_400, 604_800];

export interface RateState {
  /** When the first share came; 0 before it. */
  readonly startMs: number;
  /** The time `values` stand at. */
  readonly atMs: number;
  /** One a window: work per second, before the correction for a young worker. */
  readonly values: readonly number[];
  /** One a window: the sum of the squares of what `values` sum up. */
  readonly squares: readonly number[];
  /** Work of one share as they come at present; the largest where several miners' are merged. */
  readonly shareWork: number;
}

const ZEROS: readonly number[] = SECONDS.map(() => 0);

export const NO_RATES: RateState = { startMs: 0, atMs: 0, values: ZEROS, squares: ZEROS, shareWork: 0 };

/** Work of some shares credited together. */
export interface WorkSum {
  /** Expected hashes. */
  readonly work: number;
  /** Sum of the squares of each share's work. */
  readonly squares: number;
}

/** Hot path: once per worker of a batch. */
function faded(state: RateState, nowMs: number): { values: number[]; squares: number[] } {
  const seconds = Math.max(0, nowMs - state.atMs) / 1000;
  const values = state.values.slice();
  const squares = state.squares.slice();
  for (let i = 0; i < SECONDS.length; i++) {
    const kept = Math.exp(-seconds / SECONDS[i]!);
    values[i] = values[i]! * kept;
    squares[i] = squares[i]! * kept * kept;
  }
  return { values, squares };
}

export function addWork(state: RateState, { work, squares }: WorkSum, nowMs: number): RateState {
  const before = faded(state, nowMs);
  for (let i = 0; i < SECONDS.length; i++) {
    const seconds = SECONDS[i]!;
    before.values[i] = before.values[i]! + work / seconds;
    before.squares[i] = before.squares[i]! + squares / (seconds * seconds);
  }
  return {
    startMs: state.startMs === 0 ? nowMs : state.startMs,
    // A clock that was far ahead must not freeze the windows until it is reached again.
    atMs: nowMs,
    values: before.values,
    squares: before.squares,
    shareWork: work > 0 ? squares / work : state.shareWork,
  };
}

/** One worker's rates from several shards, or a pool's from its workers. */
export function mergeRates(parts: readonly RateState[]): RateState {
  const mined = parts.filter(({ startMs }) => startMs !== 0);
  const atMs = mined.reduce((latest, part) => Math.max(latest, part.atMs), 0);
  const values = [...ZEROS];
  const squares = [...ZEROS];
  for (const part of mined) {
    const now = faded(part, atMs);
    for (const i of SECONDS.keys()) {
      values[i] = values[i]! + now.values[i]!;
      squares[i] = squares[i]! + now.squares[i]!;
    }
  }
  const shareWork = mined.reduce((most, part) => Math.max(most, part.shareWork), 0);
  const startMs = mined.reduce((first, part) => Math.min(first, part.startMs), Number.POSITIVE_INFINITY);
  return mined.length === 0 ? NO_RATES : { startMs, atMs, values, squares, shareWork };
}

/** The part of each window that has passed, by which a young worker's figures are scaled up. */
function passed({ startMs }: RateState, nowMs: number): number[] {
  // A single share says nothing about a rate: less than ten seconds count as ten.
  const ageSeconds = Math.max(10, (nowMs - startMs) / 1000);
  return SECONDS.map((window) => 1 - Math.exp(-ageSeconds / window));
}

export function ratesAt(state: RateState, nowMs: number): Rates {
  const parts = passed(state, nowMs);
  const { values } = faded(state, nowMs);
  return Object.fromEntries(RATE_WINDOWS.map((window, i) => [window, values[i]! / parts[i]!])) as Rates;
}

/** Where the truth may lie around `ratesAt`; zeros before the first share. */
export function bandsAt(state: RateState, nowMs: number): RateBands {
  const parts = passed(state, nowMs);
  const { values, squares } = faded(state, nowMs);
  const bands = RATE_WINDOWS.map((window, i) => {
    const { low, high } = rateBand(values[i]!, squares[i]!, state.shareWork / SECONDS[i]!);
    return [window, { low: low / parts[i]!, high: high / parts[i]! }];
  });
  return Object.fromEntries(bands) as RateBands;
}

/** With the squares and without, as before they were kept; in bytes. */
const LENGTHS: readonly number[] = [8 * (3 + 2 * SECONDS.length), 8 * (2 + SECONDS.length)];

/** startMs, atMs, the seven values, the seven squares, shareWork, as doubles. */
export function encodeRates({ startMs, atMs, values, squares, shareWork }: RateState): Uint8Array {
  const doubles = new Float64Array(3 + 2 * SECONDS.length);
  doubles[0] = startMs;
  doubles[1] = atMs;
  doubles.set(values, 2);
  doubles.set(squares, 2 + SECONDS.length);
  doubles[2 + 2 * SECONDS.length] = shareWork;
  return new Uint8Array(doubles.buffer);
}

/** Throws `ShardAlteredError`. */
export function decodeRates(bytes: Uint8Array): RateState {
  if (!LENGTHS.includes(bytes.length)) {
    throw new ShardAlteredError('SHARD_ALTERED', `${bytes.length} bytes stand where a worker's rates should`);
  }
  const [startMs = 0, atMs = 0, ...rest] = new Float64Array(Uint8Array.from(bytes).buffer);
  const count = SECONDS.length;
  const values = rest.slice(0, count);
  // Written before squares were kept: as uncertain as if all the work had been one share.
  if (rest.length === count)
    return { startMs, atMs, values, squares: values.map((v) => v * v), shareWork: 0 };
  return { startMs, atMs, values, squares: rest.slice(count, 2 * count), shareWork: rest[2 * count]! };
}
