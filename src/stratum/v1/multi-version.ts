/**
 * `mining.multi_version(versions)`: what Bitmain's firmware asked for before BIP310, a list of header versions to
 * choose from. This pool has `mining.configure` for that, so the answer is no; it is no error, and the miner goes on
 * with the version of the job.
 */
import type { Session } from '../session/session.js';
import { answered, type Effect } from './effect.js';

export function multiVersion(_session: Session): Effect {
  return answered('false');
}
