/**
 * `mining.capabilities({...})`: what BFGMiner's firmware can do, stated before it subscribes. This pool needs to know
 * nothing of it; a `suggested_target` in it is a wish like any other.
 */
import type { Session } from '../session/session.js';
import type { Effect } from './effect.js';
import { suggestTarget } from './suggest-target.js';

export function capabilities(session: Session, [stated]: readonly unknown[], nowMs: number): Effect {
  const of =
    typeof stated === 'object' && stated !== null ? (stated as Readonly<Record<string, unknown>>) : {};
  return suggestTarget(session, [of.suggested_target], nowMs);
}
