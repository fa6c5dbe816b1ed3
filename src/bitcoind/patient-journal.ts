/**
 * The block journal on a disk that is slow, or fails now and then. A block's way into the chain does not wait for it;
 * what the disk refused is kept, and goes in once the disk takes it.
 */
import { errorMessage, type Logger, type Timers, toDisplayHex, toHex } from '../lib/index.js';
import type { BlockJournal } from './block-journal.js';
import type { TrackedBlock } from './tracked-block.js';

export class PatientJournal {
  /** By hash: what was handed over last of each block that is not on disk yet. */
  private readonly newest = new Map<string, TrackedBlock>();
  /** Hashes of those that the disk refused. */
  private readonly owed = new Set<string>();
  /** Said once, not at each attempt. */
  private refusal: string | null = null;

  constructor(
    private readonly journal: Pick<BlockJournal, 'put'>,
    private readonly logger: Logger,
    private readonly timers: Timers,
    /** It is on disk. */
    private readonly onWritten: (block: TrackedBlock) => void,
  ) {}

  /** When this returns, the block and all that is known of it are in the journal's hands. */
  put(block: TrackedBlock): void {
    this.newest.set(toHex(block.hash), block);
    this.journal.put(block, this.timers.nowMs()).then(
      () => this.written(block),
      (error: unknown) => this.refused(block, errorMessage(error)),
    );
  }

  /** Tries what is owed. */
  catchUp(): void {
    for (const hash of [...this.owed]) this.put(this.newest.get(hash)!);
  }

  /** What was handed over of a block is not on disk yet. */
  owes(hash: Uint8Array): boolean {
    return this.newest.has(toHex(hash));
  }

  /** Why the disk refused what is not in the journal yet; null when all of it is. */
  get fault(): string | null {
    return this.owed.size === 0 ? null : this.refusal;
  }

  private written(block: TrackedBlock): void {
    this.onWritten(block);
    const hash = toHex(block.hash);
    // Something newer is on its way, and is not to be followed by this again.
    if (this.newest.get(hash) !== block) return;
    this.newest.delete(hash);
    if (this.owed.delete(hash))
      this.logger.info(
        { hash: toDisplayHex(block.hash) },
        'a block is journalled later than it was submitted',
      );
    if (this.owed.size === 0) this.refusal = null;
  }

  private refused(block: TrackedBlock, fault: string): void {
    const hash = toHex(block.hash);
    if (this.newest.get(hash) === block) this.owed.add(hash);
    if (fault === this.refusal) return;
    this.refusal = fault;
    this.logger.error(
      { error: fault },
      'the block journal cannot be written, and is tried again: is the disk of the data directory full or failing?',
    );
  }
}
