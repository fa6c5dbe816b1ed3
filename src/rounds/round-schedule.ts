/** Which rounds there are and when, whoever says so: the wall clock, or the Koii task. */
import { type LocalRounds, roundAt, roundStartMs } from './local-round-clock.js';

/** Milliseconds since the Unix epoch. */
export interface RoundSpan {
  readonly startMs: number;
  /** The first millisecond that is not the round's. */
  readonly endMs: number;
}

export interface RoundSchedule {
  /** The newest round that has begun; null before any. */
  newest(nowMs: number): bigint | null;
  /** Null for a round that is not known. */
  span(round: bigint): RoundSpan | null;
  /** The first known round behind it; null while there is none. */
  after(round: bigint): bigint | null;
  /** Whether its shares do not count any more, by what is known now; false for a round that is not known. */
  isOver(round: bigint, nowMs: number): boolean;
}

/** Every round is known. Throws `RoundClockError` before round 0. */
export function localSchedule(rounds: LocalRounds): RoundSchedule {
  const span = (round: bigint): RoundSpan => ({
    startMs: roundStartMs(rounds, round),
    endMs: roundStartMs(rounds, round + 1n),
  });
  return {
    newest: (nowMs) => roundAt(rounds, nowMs),
    span,
    after: (round) => round + 1n,
    isOver: (round, nowMs) => nowMs >= freezeMs(span(round)),
  };
}

const MOST_GRACE_MS = 30_000;
const GRACE_PART = 1 / 20;

/** How long shares of an ended round still count. */
export function graceMs({ startMs, endMs }: RoundSpan): number {
  return Math.min(MOST_GRACE_MS, (endMs - startMs) * GRACE_PART);
}

/** From when on no share of the round counts any more. */
export function freezeMs(span: RoundSpan): number {
  return span.endMs + graceMs(span);
}
