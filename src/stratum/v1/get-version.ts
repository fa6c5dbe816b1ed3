/** `client.get_version()`, which pools ask miners and some proxies ask pools: the name of what runs here. */
import type { Session } from '../session/session.js';
import { answered, type Effect } from './effect.js';
import { VERSION_REQUEST_ID } from './messages.js';
import { printable } from './printable.js';
import type { Reply } from './request.js';

export function getVersion(_session: Session): Effect {
  return answered('"Orcapool"');
}

/** A miner's answer to the same question of ours: its user agent, when it had named none. */
export function heardVersion(session: Session, { id, result }: Reply): void {
  if (id !== VERSION_REQUEST_ID || typeof result !== 'string' || session.userAgent !== '') return;
  session.userAgent = printable(result);
}
