/**
 * `mining.authorize(username, password?)`. The first payout address owns the connection; more worker names for it
 * may follow, another address needs a connection of its own, since a job pays one miner only. The first login's
 * password options hold for the connection.
 */
import { errorMessage } from '../../lib/index.js';
import type { Identity } from '../session/identity.js';
import { parsePassword } from '../session/password-options.js';
import type { Session } from '../session/session.js';
import { type Effect, refused } from './effect.js';
import { stratumError, UNAUTHORIZED } from './stratum-error.js';

/** More than any address and worker name; it is kept as it was written, because submits repeat it. */
const MAX_USERNAME = 200;

const LOGGED_IN: Effect = { kind: 'logged-in' };

export function authorize(session: Session, params: readonly unknown[]): Effect {
  const [username, password] = params;
  if (typeof username !== 'string') return unauthorized('The username is missing');
  if (session.workers.has(username)) return LOGGED_IN;
  if (username.length > MAX_USERNAME)
    return unauthorized(`A username has ${MAX_USERNAME} characters at most`);
  let identity: Identity;
  try {
    identity = session.identify(username);
  } catch (error) {
    return unauthorized(errorMessage(error));
  }
  if (!session.mayPay(identity)) {
    return unauthorized(
      `This connection mines for ${session.owner?.identity.address}: open another one for ${identity.address}`,
    );
  }
  // A proxy would send the miner behind it away for an error.
  if (!session.crew.takesAnother()) return LOGGED_IN;
  return { kind: 'log-in', username, identity, options: parsePassword(password) };
}

function unauthorized(text: string): Effect {
  return refused(stratumError(UNAUTHORIZED, text));
}
