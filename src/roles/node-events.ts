/** What a coordinator itself has to tell the world: new tips, and how fast each worker is. */
import { difficultyOfBits } from '../bitcoin/index.js';
import type { FedTemplate } from '../bitcoind/index.js';
import { errorMessage, type Logger, toDisplayHex } from '../lib/index.js';
import type { NodeFacts } from './node-facts.js';
import type { NodeParts } from './node-parts.js';

interface TipHeader {
  readonly height: number;
  /** 8 hex digits. The difficulty itself arrives as text: it has more digits than the RPC package reads. */
  readonly bits: string;
  readonly previousblockhash?: string;
}

/** A worker silent for longer has no rate worth telling. */
const RATE_SILENCE_MS = 600_000;
/** The genesis block has none before it. */
const NO_HASH = '0'.repeat(64);

export class NodeEvents {
  constructor(
    private readonly parts: Pick<NodeParts, 'nodes' | 'bus' | 'shares'>,
    private readonly facts: NodeFacts,
    private readonly logger: Logger,
  ) {}

  /** Never rejects. */
  async tip({ template }: FedTemplate): Promise<void> {
    const hash = toDisplayHex(template.prevHash);
    try {
      const header = await this.parts.nodes.active?.rpc.call<TipHeader>('getblockheader', hash);
      if (header === undefined) return;
      this.parts.bus.publish('new_block_network', {
        height: header.height,
        hash,
        diff: difficultyOfBits(Number.parseInt(header.bits, 16)),
        prev_hash: header.previousblockhash ?? NO_HASH,
      });
    } catch (error) {
      this.logger.debug({ hash, error: errorMessage(error) }, 'a new tip could not be described');
    }
  }

  rates(nowMs: number): void {
    for (const worker of this.parts.shares.workers(nowMs)) {
      if (worker.lastShareMs === null || worker.lastShareMs < nowMs - RATE_SILENCE_MS) continue;
      this.parts.bus.publish('hashrate_update', {
        user: this.facts.username(worker.payout, ''),
        worker: worker.name,
        hashrate_1m: worker.rates['1m'],
        hashrate_5m: worker.rates['5m'],
        hashrate_1h: worker.rates['1h'],
        hashrate_1d: worker.rates['1d'],
      });
    }
  }
}
