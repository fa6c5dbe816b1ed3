/**
 * `mining.suggest_difficulty(number)`: a wish, taken once within the pool's bounds; vardiff goes on from there. It may
 * come before anything else, and NerdMiner repeats it every 30 s to keep the connection alive, so it is cheap and
 * repeating it changes nothing.
 */
import type { Session } from '../session/session.js';
import { answered, type Effect, refused } from './effect.js';
import { OTHER, stratumError } from './stratum-error.js';

export function suggestDifficulty(session: Session, params: readonly unknown[], nowMs: number): Effect {
  const difficulty = typeof params[0] === 'string' ? Number(params[0]) : params[0];
  if (typeof difficulty !== 'number' || !Number.isFinite(difficulty) || difficulty <= 0) {
    return refused(stratumError(OTHER, 'The difficulty is a number above 0'));
  }
  return answered('true', session.suggest(difficulty, nowMs));
}
