/** What the shares of a round commit to, as the configuration has it. */
import { decodeAddress, type Network } from '../bitcoin/index.js';
import type { Config } from '../config/index.js';
import type { RoundBinding } from '../mining/index.js';
import { roundAt } from '../rounds/index.js';

const NOTHING = new Uint8Array(32);

export function bindingOf(pool: Config['pool'], network: Network, round: bigint): RoundBinding {
  if (pool.mode === 'solo') {
    return { taskId: NOTHING, nodeKey: NOTHING, round, seed: NOTHING, reserveScript: new Uint8Array(0) };
  }
  const { taskId, nodeKey, seed, reserveAddress } = pool;
  return { taskId, nodeKey, round, seed, reserveScript: decodeAddress(reserveAddress, network).script };
}

/** The present round's; solo mining has one round for ever. */
export function bindingAt(pool: Config['pool'], network: Network, nowMs: number): RoundBinding {
  return bindingOf(pool, network, pool.mode === 'solo' ? 0n : roundAt(pool.rounds, nowMs));
}
