/**
 * `mining.suggest_difficulty(number)`: a wish, taken once within the pool's bounds where shares have not told more of the
 * miner (`Vardiff.suggest`). It may come before anything else. NerdMiner repeats it every 30 s to keep the connection alive, so it is cheap, repeating
 * it changes nothing, and it is never an error: a wish that is none is granted by leaving things as they are.
 */
import type { Session } from '../session/session.js';
import { answered, type Effect } from './effect.js';

export function suggestDifficulty(session: Session, [wanted]: readonly unknown[], nowMs: number): Effect {
  return wish(session, typeof wanted === 'string' ? Number(wanted) : wanted, nowMs);
}

/** Any value; nonsense changes nothing. */
export function wish(session: Session, difficulty: unknown, nowMs: number): Effect {
  const sensible = typeof difficulty === 'number' && Number.isFinite(difficulty) && difficulty > 0;
  return answered('true', sensible && session.suggest(difficulty, nowMs));
}
