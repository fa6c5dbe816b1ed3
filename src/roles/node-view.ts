/** What the parts that report on a coordinator see of it. */
import type { Config } from '../config/index.js';
import type { BlockProof } from '../http/index.js';
import type { ShardStanding } from './listener-fleet.js';
import type { NodeClaims } from './node-claims.js';
import type { NodeParts } from './node-parts.js';
import type { ListenerReport } from './process-messages.js';

export interface NodeView {
  readonly config: Config;
  readonly parts: NodeParts;
  /** Null in solo mode. */
  readonly claims: Pick<NodeClaims, 'store' | 'unclosedRounds'> | null;
  /** Null while none takes shares. */
  readonly round: bigint | null;
  /** Brings a block to the chain whose work is this node's; nothing for another. Never throws. */
  tryBlock(block: BlockProof): Promise<void>;
  /** One a listener; null for one that is down or silent. */
  listenerReports(): readonly (ListenerReport | null)[];
  /** One a listener. */
  shardStandings(): readonly ShardStanding[];
}
