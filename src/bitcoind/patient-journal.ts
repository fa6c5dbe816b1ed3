/**
 * The block journal on a disk that is slow, or fails now and then. A block's way into the chain does not wait for it;
 * what the disk refused is kept, and goes in once the disk takes it.
 */
import { errorMessage, type Logger, type Timers, toDisplayHex, toHex } from '../lib/index.js';
import type { BlockJournal } from './block-journal.js';
import type { TrackedBlock } from './tracked-block.js';

export class PatientJournal {
  /** By hash: what the disk refused last. */
  private readonly owed = new Map<string, TrackedBlock>();
  /** Said once, not at each attempt; null while the journal can be written. */
  private fault: string | null = null;

  constructor(
    private readonly journal: BlockJournal,
    private readonly logger: Logger,
    private readonly timers: Timers,
  ) {}

  /** When this returns, the block and all that is known of it are in the journal's hands. */
  put(block: TrackedBlock): void {
    this.journal.put(block, this.timers.nowMs()).then(
      () => this.written(block),
      (error: unknown) => this.refused(block, errorMessage(error)),
    );
  }

  /** Tries what is owed. */
  catchUp(): void {
    const blocks = [...this.owed.values()];
    // Each is owed again if it is refused again.
    for (const block of blocks) this.put(block);
  }

  /** Answers come in order, so this is all there is of the block, or something newer is on its way. */
  private written({ hash }: TrackedBlock): void {
    this.fault = null;
    if (this.owed.delete(toHex(hash)))
      this.logger.info({ hash: toDisplayHex(hash) }, 'a block is journalled later than it was submitted');
  }

  private refused(block: TrackedBlock, fault: string): void {
    this.owed.set(toHex(block.hash), block);
    if (fault === this.fault) return;
    this.fault = fault;
    this.logger.error(
      { error: fault },
      'the block journal cannot be written, and is tried again: is the disk of the data directory full or failing?',
    );
  }
}
