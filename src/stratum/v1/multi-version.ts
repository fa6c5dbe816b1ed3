/**
 * `mining.multi_version(count)`: on how many header versions at once the miner can work, which Bitmain's firmware says
 * since before BIP310. A pool that wants to give out versions would call the same name with a list of them; this one
 * has `mining.configure` for that, and says `true` to having heard. An Antminer counts any other answer, an error too,
 * as a rejected share of each connection.
 */
import type { Session } from '../session/session.js';
import { answered, type Effect } from './effect.js';

export function multiVersion(_session: Session): Effect {
  return answered('true');
}
