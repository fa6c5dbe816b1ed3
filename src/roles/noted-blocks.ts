/**
 * Blocks as they are found, each in a small file that nobody syncs: once written it is the kernel's, so it outlives any
 * process that is killed, while the journal and the share log may be waiting for the sync of what came before. It goes
 * when the journal has the block on disk.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { BlockCandidate } from '../bitcoind/index.js';
import { errorCode, errorMessage, fromHex, type Logger, sha256d, toDisplayHex, toHex } from '../lib/index.js';

/** In the data directory. */
export const NOTES_FOLDER = 'found-blocks';
const SUFFIX = '.json';
const DRAFT_LIFE_MS = 60_000;
const HEX = z.string().regex(/^(?:[0-9a-f]{2})+$/);
const NOTE = z.strictObject({
  header: HEX.length(160),
  coinbase: HEX,
  templateId: z.string(),
  height: z.int().min(0),
  worker: z.string(),
});

export class NotedBlocks {
  private hasFailed = false;
  private isUnreadable = false;

  constructor(
    /** Made if need be. */
    private readonly folder: string,
    private readonly logger: Logger,
  ) {}

  /** Says so once where it cannot be written: the block is on its way without. */
  note({ header, coinbase, templateId, height, worker }: BlockCandidate): void {
    const path = this.pathOf(sha256d(header));
    const note: z.infer<typeof NOTE> = {
      ...{ header: toHex(header), coinbase: toHex(coinbase) },
      ...{ templateId, height, worker },
    };
    try {
      mkdirSync(this.folder, { recursive: true });
      // Whole or not at all, also where a listener and the coordinator note the same block at once.
      const draft = `${path}.${process.pid}`;
      writeFileSync(draft, JSON.stringify(note), { mode: 0o600 });
      renameSync(draft, path);
    } catch (error) {
      if (this.hasFailed) return;
      this.hasFailed = true;
      this.logger.warn(
        { error: errorMessage(error) },
        'a found block could not be noted; it is submitted, and journalled when the disk takes it',
      );
    }
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
    await unlink(this.pathOf(hash)).catch(() => {});
  }

  private names(): string[] {
    try {
      const names = readdirSync(this.folder);
      for (const name of names) if (!name.endsWith(SUFFIX)) this.clearDraft(join(this.folder, name));
      return names.filter((name) => name.endsWith(SUFFIX));
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

  private pathOf(hash: Uint8Array): string {
    return join(this.folder, toDisplayHex(hash) + SUFFIX);
  }
}
