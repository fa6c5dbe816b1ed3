/**
 * A miner without hashing: shares arrive as a Poisson process whose rate is hashrate / (difficulty · 2³²), which is
 * what hashing amounts to, drawn from a seed; or evenly, as they would without chance. Time is the model's own, so a day takes milliseconds. A new difficulty
 * reaches the miner after `latencyMs`; until then its shares carry the old one, as in life.
 */
import type { Vardiff } from '../../../../src/stratum/session/vardiff.js';

export interface ModelledMiner {
  /** Hashes per second at a time; changes are noticed at the next tick. */
  hashrateAt(nowMs: number): number;
  readonly latencyMs: number;
  /** How often the pool calls `onTick`. */
  readonly tickMs: number;
  readonly seed: number;
  /** Each share exactly when its expected number of hashes is done. */
  readonly evenly?: boolean;
  /** It reports no hash below this difficulty, however low its job's is: its chip's mask, or its firmware's. */
  readonly reportsFrom?: number;
  /** At a job below this difficulty it submits nothing. */
  readonly readsFrom?: number;
  /** What it suggests and when, in that order. */
  readonly wishes?: readonly { readonly atMs: number; readonly difficulty: number }[];
  /** When its line brings nothing either way; what was on it then arrives at the end, all at once. */
  readonly stall?: { readonly fromMs: number; readonly untilMs: number };
}

export interface Run {
  readonly changes: readonly { readonly atMs: number; readonly difficulty: number }[];
  readonly shareTimesMs: readonly number[];
  /** Of each share: its job's. */
  readonly shareDifficulties: readonly number[];
}

const HASHES_PER_DIFFICULTY = 2 ** 32;
const NO_STALL = { fromMs: 0, untilMs: 0 };

/** Uniform in (0, 1); mulberry32. */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (((mixed ^ (mixed >>> 14)) >>> 0) + 0.5) / 2 ** 32;
  };
}

/** The difficulty at which a hashrate finds one share per interval. */
export function idealDifficulty(hashrate: number, shareIntervalMs: number): number {
  return (hashrate * shareIntervalMs) / 1000 / HASHES_PER_DIFFICULTY;
}

/** Drives `vardiff`, made at time 0, until `untilMs`. */
export function runMiner(vardiff: Vardiff, miner: ModelledMiner, untilMs: number): Run {
  const { reportsFrom = 0, readsFrom = 0 } = miner;
  const wishes = [...(miner.wishes ?? [])];
  const random = seededRandom(miner.seed);
  const luck = seededRandom(-miner.seed);
  const changes: { atMs: number; difficulty: number }[] = [];
  const shareTimesMs: number[] = [];
  const shareDifficulties: number[] = [];
  const underway: { atMs: number; difficulty: number }[] = [];
  let jobDifficulty = vardiff.difficulty;
  let nowMs = 0;
  let nextTickMs = miner.tickMs;
  const held: { difficulty: number; hash: number }[] = [];
  const { fromMs: stallMs, untilMs: stallEndMs } = miner.stall ?? NO_STALL;
  const arrival = (atMs: number): number => (atMs >= stallMs && atMs < stallEndMs ? stallEndMs : atMs);
  /** The part of the next share that is still to be hashed. */
  let left = 1;

  const note = (difficulty: number | null): void => {
    if (difficulty === null) return;
    changes.push({ atMs: nowMs, difficulty });
    underway.push({ atMs: arrival(nowMs + miner.latencyMs), difficulty });
  };

  while (nowMs < untilMs) {
    const met = Math.max(jobDifficulty, reportsFrom);
    const hashrate = jobDifficulty < readsFrom ? 0 : miner.hashrateAt(nowMs);
    const sharesPerMs = hashrate / (met * HASHES_PER_DIFFICULTY) / 1000;
    // Exponential gaps have no memory, so a gap cut short by an event is simply drawn anew.
    const shareMs = nowMs + (miner.evenly ? left : -Math.log(random())) / sharesPerMs;
    const sinceMs = nowMs;
    const arrivalMs = underway[0]?.atMs ?? Number.POSITIVE_INFINITY;
    const wishMs = wishes[0]?.atMs ?? Number.POSITIVE_INFINITY;
    const shareOrEndMs = held.length > 0 ? Math.min(shareMs, stallEndMs) : shareMs;
    if (wishMs < shareMs && wishMs < arrivalMs && wishMs < nextTickMs) {
      nowMs = wishMs;
      note(vardiff.suggest(wishes.shift()!.difficulty, Math.floor(nowMs)));
    } else if (shareMs === shareOrEndMs && shareMs < arrivalMs && shareMs < nextTickMs) {
      nowMs = shareMs;
      shareTimesMs.push(nowMs);
      shareDifficulties.push(jobDifficulty);
      // The pool's clock has whole milliseconds.
      const hash = met / luck();
      if (arrival(nowMs) > nowMs) held.push({ difficulty: jobDifficulty, hash });
      else note(vardiff.onShare(Math.floor(nowMs), jobDifficulty, hash));
    } else if (held.length > 0 && stallEndMs <= Math.min(arrivalMs, nextTickMs)) {
      nowMs = stallEndMs;
      for (const { difficulty, hash } of held.splice(0)) note(vardiff.onShare(nowMs, difficulty, hash));
    } else if (arrivalMs <= nextTickMs) {
      nowMs = arrivalMs;
      jobDifficulty = underway.shift()!.difficulty;
    } else {
      nowMs = nextTickMs;
      nextTickMs += miner.tickMs;
      note(vardiff.onTick(Math.floor(nowMs)));
    }
    left = nowMs === shareMs ? 1 : left - (nowMs - sinceMs) * sharesPerMs;
  }
  return { changes, shareTimesMs, shareDifficulties };
}

/** The difficulty the pool had set at a time. */
export function difficultyAt(run: Run, startDifficulty: number, atMs: number): number {
  return run.changes.findLast((change) => change.atMs <= atMs)?.difficulty ?? startDifficulty;
}
