/**
 * Blocks on their way from the listeners to the submitter: handed on as they are found, and looked for in the share log
 * besides, where a listener had one on disk and could not hand it on because it, or this node, ended.
 */
import type { BlockCandidate, BlockSubmitter } from '../bitcoind/index.js';
import { toHex } from '../lib/index.js';
import type { ShardReader } from '../shares/index.js';

export class FoundBlocks {
  /** Of the share log. */
  private readonly known = new Set<string>();
  /** From when the blocks of a shard are still to be looked for that was locked; null when none was. */
  private owedSinceMs: number | null = null;

  constructor(
    private readonly submitter: Pick<BlockSubmitter, 'accept'>,
    private readonly shares: Pick<ShardReader, 'blocks' | 'busy'>,
  ) {}

  accept(block: BlockCandidate): void {
    this.submitter.accept(block);
  }

  /** Of the last run, or of a listener that outlives its coordinator on a slow disk; each is accepted once. */
  acceptStored(sinceMs: number): void {
    const fromMs = Math.min(sinceMs, this.owedSinceMs ?? sinceMs);
    const blocks = this.shares.blocks(fromMs);
    this.owedSinceMs = this.shares.busy.length > 0 ? fromMs : null;
    for (const block of blocks) {
      const hash = toHex(block.hash);
      if (this.known.has(hash)) continue;
      this.known.add(hash);
      this.submitter.accept(block);
    }
  }
}
