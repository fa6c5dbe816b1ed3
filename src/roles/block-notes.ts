/**
 * Writes blocks down as they are found, each in a small file that nobody syncs: once written it is the kernel's, so it
 * outlives any process that is killed, while the journal and the share log may be waiting for the sync of what came
 * before. `noted-blocks.ts` reads them, with a validator that a listener can start without.
 */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BlockCandidate } from '../bitcoind/index.js';
import { errorMessage, type Logger, sha256d, toDisplayHex, toHex } from '../lib/index.js';

/** In the data directory. */
export const NOTES_FOLDER = 'found-blocks';
export const NOTE_SUFFIX = '.json';

export interface BlockNote {
  /** Hex, as the coinbase is. */
  readonly header: string;
  readonly coinbase: string;
  readonly templateId: string;
  readonly height: number;
  readonly worker: string;
}

/** `hash`: internal order. */
export function notePath(folder: string, hash: Uint8Array): string {
  return join(folder, toDisplayHex(hash) + NOTE_SUFFIX);
}

export class BlockNotes {
  /** Why the last block could not be noted; null when it could. */
  fault: string | null = null;
  private hasFailed = false;

  constructor(
    /** Made if need be. */
    private readonly folder: string,
    private readonly logger: Logger,
  ) {}

  /** Says so once where it cannot be written: the block is on its way without. */
  note({ header, coinbase, templateId, height, worker }: BlockCandidate): void {
    const path = notePath(this.folder, sha256d(header));
    const note: BlockNote = {
      ...{ header: toHex(header), coinbase: toHex(coinbase) },
      ...{ templateId, height, worker },
    };
    try {
      mkdirSync(this.folder, { recursive: true });
      // Whole or not at all, also where a listener and the coordinator note the same block at once.
      const draft = `${path}.${process.pid}`;
      writeFileSync(draft, JSON.stringify(note), { mode: 0o600 });
      renameSync(draft, path);
      this.fault = null;
    } catch (error) {
      this.fault = errorMessage(error);
      if (this.hasFailed) return;
      this.hasFailed = true;
      this.logger.warn(
        { error: this.fault },
        'a found block could not be noted; it is submitted, and journalled when the disk takes it',
      );
    }
  }
}
