/**
 * Errors as Stratum V1 answers them: `[code, text, null]`. The codes are slush's, which every miner's firmware
 * knows; arrays, because a Bitaxe shows objects as "unknown". A share's texts begin with the words the field knows, and
 * are few and short: a Bitaxe counts by text, ten of them, and keeps 63 characters of each.
 */
import type { Refusal } from '../session/judge-share.js';

export const OTHER = 20;
/** Also stale. */
export const JOB_NOT_FOUND = 21;
export const DUPLICATE = 22;
export const LOW_DIFFICULTY = 23;
export const UNAUTHORIZED = 24;
export const NOT_SUBSCRIBED = 25;

export interface StratumError {
  readonly code: number;
  readonly text: string;
}

export function stratumError(code: number, text: string): StratumError {
  return { code, text };
}

const OF_REFUSAL: Readonly<Record<Exclude<Refusal, 'no-work'>, StratumError>> = {
  stale: stratumError(JOB_NOT_FOUND, 'Stale share: a new block was found'),
  'round-closed': stratumError(JOB_NOT_FOUND, 'Stale share: its round is closed and claimed'),
  duplicate: stratumError(DUPLICATE, 'Duplicate share: it was submitted before'),
  'low-difficulty': stratumError(LOW_DIFFICULTY, 'Low difficulty share: the hash does not meet its job'),
  'version-bits': stratumError(OTHER, 'Version bits outside the negotiated mask'),
  'time-too-old': stratumError(OTHER, 'Time too old: take it from the job, or later'),
  'time-too-new': stratumError(OTHER, 'Time too new: over 90 minutes ahead, check the clock'),
};

/** `noWork`: why the pool has no work, for that refusal. */
export function errorOfRefusal(refusal: Refusal, noWork: string): StratumError {
  return refusal === 'no-work' ? stratumError(JOB_NOT_FOUND, `No work: ${noWork}`) : OF_REFUSAL[refusal];
}
