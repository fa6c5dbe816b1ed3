/**
 * `Sightings` over restarts, in one file of the data directory. It is written a few seconds after a new tip, when
 * bitcoind and miners have got over it, and nothing waits for it: what a killed node had not written yet it did not see.
 */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { setAside, tellsNoFile } from '../disk/index.js';
import { errorCode, errorMessage, type Logger, type Timers } from '../lib/index.js';
import type { FedTemplate } from './fed-template.js';
import { Sightings, SightingsError } from './sightings.js';
import type { TemplateFeed } from './template-feed.js';

const WRITE_AFTER_MS = 5_000;

export class SightingsFile {
  /** Why it could not be written last; null when it could. */
  fault: string | null = null;
  private cancelWrite: (() => void) | null = null;
  private writing: Promise<void> = Promise.resolve();

  private constructor(
    private readonly path: string,
    readonly sightings: Sightings,
    private readonly timers: Timers,
    private readonly logger: Logger,
  ) {}

  /** A damaged file is as good as none: it is written anew, and what is no file set aside. */
  static async open(path: string, timers: Timers, logger: Logger): Promise<SightingsFile> {
    let sightings = new Sightings();
    try {
      sightings = Sightings.decode(await readFile(path, 'utf8'));
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') {
        if (tellsNoFile(error)) setAside(dirname(path), basename(path));
        else if (!(error instanceof SightingsError)) throw error;
        logger.warn({ path, error: errorMessage(error) }, 'what this node saw of the chain is forgotten');
      }
    }
    return new SightingsFile(path, sightings, timers, logger);
  }

  /** From now on; before the feed is started, or its first template is missed. */
  follow(feed: TemplateFeed): void {
    feed.on('template', (fed) => this.see(fed));
    feed.on('lost', () => this.sightings.lose());
  }

  see(fed: Pick<FedTemplate, 'template' | 'isEmptyFirst' | 'takenMs'>): void {
    if (!this.sightings.see(fed) || this.cancelWrite !== null) return;
    this.cancelWrite = this.timers.after(WRITE_AFTER_MS, () => this.write());
  }

  private write(): void {
    this.cancelWrite = null;
    const text = this.sightings.encode();
    this.writing = this.writing.then(() => this.replace(text));
  }

  /** Never rejects: a node mines on without this. */
  private async replace(text: string): Promise<void> {
    try {
      await writeFile(`${this.path}.part`, text);
      await rename(`${this.path}.part`, this.path);
      this.fault = null;
    } catch (error) {
      this.fault = errorMessage(error);
      this.logger.warn(
        { path: this.path, reason: this.fault },
        'what this node saw of the chain cannot be written',
      );
    }
  }

  /** Writes what is not written yet. */
  async stop(): Promise<void> {
    if (this.cancelWrite !== null) {
      this.cancelWrite();
      this.write();
    }
    await this.writing;
  }
}
