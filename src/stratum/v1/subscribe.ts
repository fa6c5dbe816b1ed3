/**
 * `mining.subscribe(user agent?, session id?)`. cpuminer and NerdMiner take the first line after it as its answer,
 * so difficulty and work follow and never precede. NerdMiner reads the id of the first subscription of the list, and
 * cgminer the one of `mining.notify`: both are the session id. A second subscribe gets the same extranonce1 again.
 */
import { toHex } from '../../lib/index.js';
import { isFarmAgent } from '../agent/farm-agent.js';
import type { Session } from '../session/session.js';
import type { Effect } from './effect.js';
import { printable } from './printable.js';

/** NiceHash buyers refuse less than 4 bytes, Whatsminers fail above 8. */
export const EXTRANONCE2_BYTES = 8;

export function subscribe(session: Session, params: readonly unknown[]): Effect {
  const [userAgent, sessionId] = params;
  if (typeof userAgent === 'string' && userAgent !== '') session.userAgent = printable(userAgent);
  // A miner that has work for its extranonce1 keeps it.
  const isNew = !session.subscribed && session.owner === null;
  if (isNew && isFarmAgent(session.userAgent)) session.serveFarm();
  return { kind: 'subscribe', resume: isNew && typeof sessionId === 'string' ? sessionId : null };
}

/** The answer's result. */
export function subscription({ extranonce1 }: Session, sessionId: string): string {
  const list = `[["mining.set_difficulty","${sessionId}"],["mining.notify","${sessionId}"]]`;
  return `[${list},"${toHex(extranonce1)}",${EXTRANONCE2_BYTES}]`;
}
