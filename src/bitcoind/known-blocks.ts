/**
 * Every block that was ever journalled, by hash, and the newest as they stand now: in memory, so that neither a page nor
 * the question whether a block is new waits for a disk.
 */
import { toHex } from '../lib/index.js';
import type { JournalContents } from './block-journal.js';
import type { TrackedBlock } from './tracked-block.js';

export class KnownBlocks {
  private readonly hashes = new Set<string>();
  /** Oldest first. */
  private readonly newest = new Map<string, TrackedBlock>();

  /** `most`: how many of the newest are kept. */
  constructor(private readonly most: number) {}

  load({ recent, hashes }: JournalContents): void {
    for (const block of recent.toReversed()) this.newest.set(toHex(block.hash), block);
    for (const hash of hashes) this.hashes.add(toHex(hash));
  }

  /** `hash`: internal order. */
  has(hash: Uint8Array): boolean {
    return this.hashes.has(toHex(hash));
  }

  /** A block that was just found, or what has become of one. */
  put(block: TrackedBlock): void {
    const hash = toHex(block.hash);
    const isNew = !this.hashes.has(hash);
    this.hashes.add(hash);
    // What is still open may be older than all that are kept.
    if (isNew || this.newest.has(hash)) this.newest.set(hash, block);
    if (this.newest.size > this.most) this.newest.delete(this.newest.keys().next().value!);
  }

  /** The newest first. */
  recent(limit: number): TrackedBlock[] {
    return [...this.newest.values()].reverse().slice(0, limit);
  }
}
