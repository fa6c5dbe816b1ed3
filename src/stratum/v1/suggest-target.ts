/**
 * `mining.suggest_target(target)`: the same wish as a 256-bit target, hex, most significant byte first (the order of
 * a block hash as people read it). Never an error, as its sibling.
 */
import { difficultyOfTarget } from '../../bitcoin/index.js';
import type { Session } from '../session/session.js';
import type { Effect } from './effect.js';
import { wish } from './suggest-difficulty.js';

const TARGET = /^(?:0x)?[0-9a-f]{1,64}$/i;

export function suggestTarget(session: Session, [target]: readonly unknown[], nowMs: number): Effect {
  const isTarget = typeof target === 'string' && TARGET.test(target);
  return wish(
    session,
    isTarget ? difficultyOfTarget(BigInt(`0x${target.replace(/^0x/i, '')}`)) : null,
    nowMs,
  );
}
