/**
 * Is this node on our chain, and does it want the blocks we make? Asked before a node serves work and after every
 * reconnect. Forks share our genesis block, ports and RPC, so three questions are needed: do genesis
 * and checkpoint match, does the node announce consensus rules of another chain, does it demand a block form that
 * we do not build. The last is seen only in the template of the very block that needs it.
 */
import { CodedError, errorCode, errorMessage, toDisplayHex } from '../lib/index.js';
import { digestTemplate } from '../mining/index.js';
import type { BitcoindNode } from './bitcoind-node.js';

/** What the guard knows of the configured network. */
export interface ChainFacts {
  /** For messages. */
  readonly name: string;
  /** As `getblockchaininfo` names it. */
  readonly bitcoindChain: string;
  /** Internal order. */
  readonly genesisHash: Uint8Array;
  readonly checkpoint: { readonly height: number; readonly hash: Uint8Array } | null;
}

export class ChainGuardError extends CodedError<
  | 'GUARD_WRONG_CHAIN'
  | 'GUARD_WRONG_GENESIS'
  | 'GUARD_WRONG_CHECKPOINT'
  /** Not a refusal: the node has not yet got there. */
  | 'GUARD_BELOW_CHECKPOINT'
  | 'GUARD_FOREIGN_RULES'
  | 'GUARD_TEMPLATE_RULE'
  | 'GUARD_NODE_TOO_OLD'
> {}

/**
 * Deployments of chains that split from Bitcoin: a proof-of-work change at mainnet height 961,640 and the rules of
 * the split of 961,632. A node that so much as knows them will leave our chain, or has.
 */
const FOREIGN_DEPLOYMENTS = ['blake2b', 'reduced_data'];

export class ChainGuard {
  constructor(
    private readonly chain: ChainFacts,
    private readonly templateTimeoutMs: number,
  ) {}

  /** Resolves when the node may serve work. Throws `ChainGuardError`, or `RpcError` when it could not be asked. */
  async check(node: BitcoindNode): Promise<void> {
    await this.checkIdentity(node);
    await this.checkDeployments(node);
    await this.checkTemplate(node);
  }

  async checkIdentity(node: BitcoindNode): Promise<void> {
    const { chain, blocks } = await node.rpc.call<{ chain: string; blocks: number }>('getblockchaininfo');
    const { name, bitcoindChain, genesisHash, checkpoint } = this.chain;
    if (chain !== bitcoindChain) {
      throw this.refusal('GUARD_WRONG_CHAIN', node, `runs chain "${chain}", the pool is set to ${name}`, {
        chain,
      });
    }
    const genesis = await node.rpc.call<string>('getblockhash', 0);
    if (genesis !== toDisplayHex(genesisHash)) {
      throw this.refusal(
        'GUARD_WRONG_GENESIS',
        node,
        `starts from block ${genesis}, which is not ${name}'s genesis`,
        {
          genesis,
        },
      );
    }
    if (checkpoint === null) return;
    if (blocks < checkpoint.height) {
      throw new ChainGuardError(
        'GUARD_BELOW_CHECKPOINT',
        `${node.name} is at height ${blocks} and cannot be told from a fork before ${checkpoint.height}: let it sync`,
        { node: node.name, blocks, checkpoint: checkpoint.height },
      );
    }
    const hash = await node.rpc.call<string>('getblockhash', checkpoint.height);
    if (hash !== toDisplayHex(checkpoint.hash)) {
      throw this.refusal(
        'GUARD_WRONG_CHECKPOINT',
        node,
        `has block ${hash} at height ${checkpoint.height}, where ${name} has ${toDisplayHex(checkpoint.hash)}`,
        { height: checkpoint.height, hash },
      );
    }
  }

  async checkDeployments(node: BitcoindNode): Promise<void> {
    let info: { deployments?: object };
    try {
      info = await node.rpc.call<{ deployments?: object }>('getdeploymentinfo');
    } catch (error) {
      if (errorCode(error) !== 'RPC_METHOD_UNKNOWN') throw error;
      throw new ChainGuardError(
        'GUARD_NODE_TOO_OLD',
        `${node.name} cannot say which consensus rules it follows (no getdeploymentinfo): use Bitcoin Core 23 or later`,
        { node: node.name },
        error,
      );
    }
    const announced = new Set([...Object.keys(info), ...Object.keys(info.deployments ?? {})]);
    for (const deployment of FOREIGN_DEPLOYMENTS) {
      if (!announced.has(deployment)) continue;
      throw this.refusal(
        'GUARD_FOREIGN_RULES',
        node,
        `announces the rules "${deployment}" of another chain`,
        {
          deployment,
        },
      );
    }
  }

  async checkTemplate(node: BitcoindNode): Promise<void> {
    try {
      digestTemplate(await node.getBlockTemplate({ timeoutMs: this.templateTimeoutMs }));
    } catch (error) {
      throw templateRefusal(node, error) ?? error;
    }
  }

  private refusal(
    code: 'GUARD_WRONG_CHAIN' | 'GUARD_WRONG_GENESIS' | 'GUARD_WRONG_CHECKPOINT' | 'GUARD_FOREIGN_RULES',
    node: BitcoindNode,
    why: string,
    facts: object,
  ): ChainGuardError {
    return new ChainGuardError(
      code,
      `${node.name} ${why}: it gets no work until it is a Bitcoin Core node of ${this.chain.name}`,
      { node: node.name, ...facts },
    );
  }
}

/**
 * A failed template request, seen as the guard sees it: `GUARD_TEMPLATE_RULE` when the node demands a rule that we
 * lack, whether by -8 or by a `!name` in the template; null for any other failure.
 */
export function templateRefusal(node: BitcoindNode, error: unknown): ChainGuardError | null {
  const code = errorCode(error);
  if (code !== 'RPC_RULE_MISSING' && code !== 'TEMPLATE_RULE_UNKNOWN') return null;
  return new ChainGuardError(
    'GUARD_TEMPLATE_RULE',
    `${node.name} wants blocks under a rule this pool does not implement (${errorMessage(error)})`,
    { node: node.name },
    error,
  );
}
