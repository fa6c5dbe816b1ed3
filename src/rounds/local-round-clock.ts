/**
 * Rounds by the wall clock, for a node that no Koii task drives yet: round n begins at `genesisMs + n · roundMs`.
 * Under Koii the K2 slot clock decides instead.
 */
import { CodedError } from '../lib/index.js';

export class RoundClockError extends CodedError<'ROUND_BEFORE_GENESIS'> {}

export interface LocalRounds {
  /** When round 0 began, milliseconds since the Unix epoch. */
  readonly genesisMs: number;
  readonly roundMs: number;
}

/** The round at a time. Throws `RoundClockError` before round 0. */
export function roundAt(rounds: LocalRounds, timeMs: number): bigint {
  if (timeMs < rounds.genesisMs) {
    throw new RoundClockError(
      'ROUND_BEFORE_GENESIS',
      `round 0 begins at ${new Date(rounds.genesisMs).toISOString()}, which is still to come: check this machine's clock`,
    );
  }
  return BigInt(Math.floor((timeMs - rounds.genesisMs) / rounds.roundMs));
}

export function roundStartMs(rounds: LocalRounds, round: bigint): number {
  return rounds.genesisMs + Number(round) * rounds.roundMs;
}
