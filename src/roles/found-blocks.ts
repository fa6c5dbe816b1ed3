/**
 * Blocks on their way from the listeners to the submitter: handed on as they are found, and looked for besides, where it
 * or this node ended before that, in the notes that were made of them and in the share log.
 */
import type { BlockCandidate, BlockSubmitter } from '../bitcoind/index.js';
import { toHex } from '../lib/index.js';
import type { ShardReader } from '../shares/index.js';
import type { NotedBlocks } from './noted-blocks.js';

export class FoundBlocks {
  /** Of the share log. */
  private readonly known = new Set<string>();
  /** From when the blocks of a shard are still to be looked for that was locked; null when none was. */
  private owedSinceMs: number | null = null;

  constructor(
    private readonly submitter: Pick<BlockSubmitter, 'accept'>,
    private readonly noted: Pick<NotedBlocks, 'note' | 'read'>,
    private readonly shares: Pick<ShardReader, 'blocks' | 'busy'>,
  ) {}

  /** Noted before anything is said of it: also a listener's, which may be killed before it has made its note. */
  accept(block: BlockCandidate): void {
    this.noted.note(block);
    this.submitter.accept(block);
  }

  /** Of the last run, before its templates are let go; and of a listener that was killed before it was heard. */
  acceptNoted(): void {
    for (const block of this.noted.read()) this.submitter.accept(block);
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
      this.submitter.accept(block, block.foundMs);
    }
  }
}
