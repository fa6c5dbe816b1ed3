/** Found blocks that were noted: the coordinator's, who submits them. A note goes when the journal has the block on disk. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { BlockCandidate } from '../bitcoind/index.js';
import { errorCode, errorMessage, fromHex, type Logger } from '../lib/index.js';
import { type BlockNote, BlockNotes, NOTE_SUFFIX, notePath } from './block-notes.js';

const DRAFT_LIFE_MS = 60_000;
const HEX = z.string().regex(/^(?:[0-9a-f]{2})+$/);
const NOTE: z.ZodType<BlockNote> = z.strictObject({
  header: HEX.length(160),
  coinbase: HEX,
  templateId: z.string(),
  height: z.int().min(0),
  worker: z.string(),
});

export class NotedBlocks {
  private readonly notes: BlockNotes;
  private isUnreadable = false;

  constructor(
    /** Made if need be. */
    private readonly folder: string,
    private readonly logger: Logger,
  ) {
    this.notes = new BlockNotes(folder, logger);
  }

  /** Why the last block could not be noted; null when it could. */
  get fault(): string | null {
    return this.notes.fault;
  }

  note(block: BlockCandidate): void {
    this.notes.note(block);
  }

  /** Those that the journal may not have. What is no note, which a power cut may leave, is told and removed. */
  read(): BlockCandidate[] {
    const blocks: BlockCandidate[] = [];
    for (const name of this.names()) {
      const text = this.textOf(name);
      if (text === null) continue;
      try {
        const note = NOTE.parse(JSON.parse(text));
        blocks.push({ ...note, header: fromHex(note.header), coinbase: fromHex(note.coinbase) });
      } catch (error) {
        this.logger.warn(
          { name, error: errorMessage(error) },
          'what should be the note of a found block is none',
        );
        void unlink(join(this.folder, name)).catch(() => {});
      }
    }
    return blocks;
  }

  /** `hash`: internal order. The journal has it. */
  async forget(hash: Uint8Array): Promise<void> {
    // What stays is read at the next start, and is the journal's then.
    await unlink(notePath(this.folder, hash)).catch(() => {});
  }

  private names(): string[] {
    try {
      const names = readdirSync(this.folder);
      for (const name of names) if (!name.endsWith(NOTE_SUFFIX)) this.clearDraft(join(this.folder, name));
      return names.filter((name) => name.endsWith(NOTE_SUFFIX));
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') this.complain(error);
      return [];
    }
  }

  /** Once: they are looked at every few seconds. */
  private complain(error: unknown): void {
    if (this.isUnreadable) return;
    this.isUnreadable = true;
    this.logger.error({ error: errorMessage(error) }, 'the notes of found blocks cannot be read');
  }

  /** Its writer was killed before it was done; one of this moment is still being written. */
  private clearDraft(path: string): void {
    const { mtimeMs = Number.POSITIVE_INFINITY } = statSync(path, { throwIfNoEntry: false }) ?? {};
    if (Date.now() - mtimeMs > DRAFT_LIFE_MS) void unlink(path).catch(() => {});
  }

  /** Null for one that was forgotten meanwhile, or that only somebody else may read. */
  private textOf(name: string): string | null {
    try {
      return readFileSync(join(this.folder, name), 'utf8');
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') this.complain(error);
      return null;
    }
  }
}
