/**
 * `mining.subscribe(user agent?, session id?)`. cpuminer and NerdMiner take the first line after it as its answer,
 * so difficulty and work follow and never precede. A second subscribe gets the same extranonce1 again.
 */
import { toHex } from '../../lib/index.js';
import type { Session } from '../session/session.js';
import { answered, type Effect } from './effect.js';

/** NiceHash buyers refuse less than 4 bytes, Whatsminers fail above 8. */
export const EXTRANONCE2_BYTES = 8;

const MAX_USER_AGENT = 256;

export function subscribe(session: Session, params: readonly unknown[]): Effect {
  const [userAgent] = params;
  if (typeof userAgent === 'string') session.userAgent = printable(userAgent);
  const first = !session.subscribed;
  session.subscribed = true;
  const id = toHex(session.extranonce1);
  return answered(
    `[[["mining.set_difficulty","${id}"],["mining.notify","${id}"]],"${id}",${EXTRANONCE2_BYTES}]`,
    first,
  );
}

function printable(text: string): string {
  return text.slice(0, MAX_USER_AGENT).replace(/[^\x20-\x7e]/g, '?');
}
