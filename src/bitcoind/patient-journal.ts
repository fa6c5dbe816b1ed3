/**
 * The block journal on a disk that fails now and then. A block's way into the chain does not wait for it: what was not
 * written is learnt again, and a block that was kept out goes in, with all that is known of it, once the disk takes it.
 */
import { errorMessage, type Logger, type Timers, toDisplayHex, toHex } from '../lib/index.js';
import type { BlockFate, BlockJournal, FoundBlock } from './block-journal.js';

/** A block and what is known of it at present. */
export interface KnownBlock {
  readonly delivery: { readonly block: FoundBlock; readonly verdicts: ReadonlyMap<string, string> };
  readonly fate: BlockFate;
}

export class PatientJournal {
  /** Hashes of blocks that are to be written. */
  private readonly owed = new Set<string>();
  /** Said once, not at each attempt; null while the journal can be written. */
  private fault: string | null = null;

  constructor(
    private readonly journal: BlockJournal,
    private readonly logger: Logger,
    private readonly timers: Timers,
  ) {}

  /** As `BlockJournal.add`. What it throws is tried again. */
  add(block: FoundBlock): boolean {
    try {
      return this.journal.add(block);
    } catch (error) {
      this.owed.add(toHex(block.hash));
      throw error;
    }
  }

  setVerdict(known: KnownBlock, node: string, word: string): void {
    const { hash } = known.delivery.block;
    this.keep(known, () => this.journal.setVerdict(hash, node, word, this.timers.nowMs()));
  }

  setFate(known: KnownBlock): void {
    this.keep(known, () => this.journal.setFate(known.delivery.block.hash, known.fate));
  }

  /** Writes what is owed of the block, if anything is. */
  catchUp(known: KnownBlock): void {
    this.keep(known, () => {});
  }

  private keep(known: KnownBlock, write: () => void): void {
    try {
      if (this.owed.has(toHex(known.delivery.block.hash))) this.addLate(known);
      write();
      this.fault = null;
    } catch (error) {
      const fault = errorMessage(error);
      if (fault === this.fault) return;
      this.fault = fault;
      this.logger.error(
        { error: fault },
        'the block journal cannot be written, and is tried again: is the disk of the data directory full or failing?',
      );
    }
  }

  /** Verdicts refer to the block's own row, so that comes first. */
  private addLate({ delivery: { block, verdicts }, fate }: KnownBlock): void {
    this.journal.add(block);
    for (const [node, word] of verdicts) {
      this.journal.setVerdict(block.hash, node, word, this.timers.nowMs());
    }
    this.journal.setFate(block.hash, fate);
    this.owed.delete(toHex(block.hash));
    this.logger.info({ hash: toDisplayHex(block.hash) }, 'a block is journalled later than it was submitted');
  }
}
