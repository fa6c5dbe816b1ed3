/**
 * `mining.ping()` from a miner is answered "pong". To ours cgminer answers so too, but a Bitaxe calls a method `pong`:
 * an answer in form of a request, to which nothing must be said.
 */
import type { Session } from '../session/session.js';
import { answered, type Effect } from './effect.js';

export function ping(_session: Session): Effect {
  return answered('"pong"');
}

export function pong(_session: Session): Effect {
  return { kind: 'nothing', thenWork: false };
}
