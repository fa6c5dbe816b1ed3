/** Where one node sees a block: in its best chain, beside it, or nowhere. */
import { errorCode } from '../lib/index.js';
import type { BitcoindNode } from './bitcoind-node.js';
import type { Whereabouts } from './block-fate.js';

/** `hash` in display hex. Throws `RpcError` when the node cannot be asked. */
export async function locateBlock(
  node: BitcoindNode,
  hash: string,
  height: number,
  tipHeight: number,
): Promise<Whereabouts> {
  let confirmations: number;
  try {
    ({ confirmations } = await node.rpc.call<{ confirmations: number }>('getblockheader', hash));
  } catch (error) {
    if (errorCode(error) !== 'RPC_NOT_FOUND') throw error;
    return { kind: 'unknown' };
  }
  // bitcoind says -1 for a block that is not in its best chain.
  if (confirmations >= 1) return { kind: 'in-chain', confirmations };
  const winner = tipHeight >= height ? await node.rpc.call<string>('getblockhash', height) : null;
  return { kind: 'beside', winner };
}
