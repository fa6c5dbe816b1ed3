/**
 * `agent.get_capabilities([...])`, which BTC.com's farm agent asks to see whether a pool is there, before it subscribes and
 * once more when it is logged in: version bits in its frames (`verrol`), and an answer to each submitted share, for an agent
 * that names it in turn (`subres`). All are told to all, as btcpool does (StratumSessionBitcoin.cc).
 */
import type { Session } from '../session/session.js';
import { answered, type Effect } from './effect.js';

const SUBMIT_RESPONSES = 'subres';

export function agentCapabilities({ agent }: Session, [wanted]: readonly unknown[]): Effect {
  if (agent !== null && Array.isArray(wanted) && wanted.includes(SUBMIT_RESPONSES))
    agent.hearsOfShares = true;
  return answered(`{"capabilities":["verrol","${SUBMIT_RESPONSES}"]}`);
}
