/**
 * Blocks on their way from the listeners to the submitter: handed on as they are found, and looked for in the share log
 * besides, where a listener had one on disk and could not hand it on because it, or this node, ended.
 */
import type { BlockCandidate, BlockSubmitter } from '../bitcoind/index.js';
import { errorMessage, type Logger, toHex } from '../lib/index.js';
import type { ShardReader } from '../shares/index.js';

export class FoundBlocks {
  /** Of the share log. */
  private readonly known = new Set<string>();
  /** From when the blocks of a shard are still to be looked for that was locked; null when none was. */
  private owedSinceMs: number | null = null;

  constructor(
    private readonly submitter: Pick<BlockSubmitter, 'accept'>,
    private readonly shares: Pick<ShardReader, 'blocks' | 'busy'>,
    private readonly logger: Logger,
  ) {}

  /** A full disk keeps a block out of the journal, not off the chain: it is submitted, and the share log has it. */
  accept(block: BlockCandidate): void {
    try {
      this.submitter.accept(block);
    } catch (error) {
      this.logger.error(
        { height: block.height, worker: block.worker, error: errorMessage(error) },
        'a found block was submitted, but its journal cannot be written: free space on the disk of the datadir',
      );
    }
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
      this.accept(block);
    }
  }
}
