/**
 * `mining.extranonce.subscribe()`: the miner can follow a change of its extranonce1. There is none while a connection
 * lasts, so `true` is a promise kept; NiceHash sends nobody to a pool that does not answer.
 */
import type { Session } from '../session/session.js';
import { answered, type Effect } from './effect.js';

export function extranonceSubscribe(_session: Session): Effect {
  return answered('true');
}
