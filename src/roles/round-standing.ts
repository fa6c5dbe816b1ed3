/** How the blocks of a round stand to the chain when it is closed, by the node's own bitcoind and the headers it kept. */
import type { Network } from '../bitcoin/index.js';
import {
  ChainReader,
  type ChainRpc,
  type RoundTimes,
  type Standing,
  standingOf,
  type TipHeaders,
} from '../bitcoind/index.js';
import { errorMessage, type Logger } from '../lib/index.js';

/**
 * `hashes`: display order. `active`: null for no bitcoind to ask. What was kept since the work came is shown first: the
 * bitcoind that saw a block may not be the one that is asked now. Without one to ask, all that was kept is shown, and none
 * is known to be lost. Never rejects.
 */
export async function roundStanding(
  hashes: readonly string[],
  active: { readonly rpc: ChainRpc } | null,
  tips: Pick<TipHeaders, 'of'>,
  network: Network,
  round: RoundTimes,
  logger: Logger,
): Promise<Standing> {
  const kept = tips.of(hashes);
  if (active === null) return standingOf(hashes, kept, null, round);
  try {
    const reader = new ChainReader(active.rpc, network);
    const shown = new Map([...kept].map(([hash, { header }]) => [hash, header]));
    const chain = await reader.facts(hashes, shown);
    const missing = hashes.filter((hash) => !kept.has(hash));
    return standingOf(hashes, new Map([...kept, ...(await reader.headersOf(missing))]), chain, round);
  } catch (error) {
    logger.warn({ error: errorMessage(error) }, 'bitcoind did not say which blocks lost their race');
    return standingOf(hashes, kept, null, round);
  }
}
