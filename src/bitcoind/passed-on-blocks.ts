/** Blocks handed in that pay elsewhere: each is brought to the nodes for a while, and is nobody's here to follow or to count. */
import { type Logger, toDisplayHex, toHex } from '../lib/index.js';
import type { BlockDelivery } from './block-delivery.js';
import type { FoundBlock } from './tracked-block.js';

/** The oldest gives way. */
const MOST = 100;

export class PassedOnBlocks {
  /** By hash, also those that are delivered, so that each is passed on once. */
  private readonly deliveries = new Map<string, BlockDelivery>();

  constructor(
    /** For so long. */
    private readonly lifeMs: number,
    private readonly deliveryOf: (block: FoundBlock) => BlockDelivery,
    private readonly logger: Logger,
  ) {}

  /** Null for one that is known. */
  add(block: FoundBlock): BlockDelivery | null {
    const { hash, height } = block;
    const name = toHex(hash);
    if (this.deliveries.has(name)) return null;
    if (this.deliveries.size >= MOST) this.deliveries.delete(this.deliveries.keys().next().value!);
    this.logger.info(
      { hash: toDisplayHex(hash), height },
      'a block that pays elsewhere was handed in: it is passed on, and counts as none of this node',
    );
    const delivery = this.deliveryOf(block);
    this.deliveries.set(name, delivery);
    return delivery;
  }

  /** Those that a node has not answered for yet. */
  undelivered(nowMs: number): BlockDelivery[] {
    return [...this.deliveries.values()].filter(
      ({ block, isSettled }) => !isSettled && nowMs < block.foundAtMs + this.lifeMs,
    );
  }
}
