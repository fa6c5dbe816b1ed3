/**
 * Archives that were fetched, in a folder, each under its CID: a sampled claim's package is needed again a round later,
 * with the proof. What is read from it is checked like anybody's. A cache that fails costs a fetch and a line of log.
 */
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type Clock, CodedError, errorCode, errorMessage, type Logger } from '../lib/index.js';
import { ArchiveGatherer, MAX_ARCHIVE_BYTES, PackageError } from '../rounds/index.js';
import type { Wanted } from './transfer.js';

export type Kept =
  | { readonly kind: 'package'; readonly bytes: Uint8Array }
  | { readonly kind: 'malformed'; readonly bytes: Uint8Array; readonly error: PackageError };

const KEPT = /^b[a-z2-7]{58}\.car$/;

export interface CacheOptions {
  readonly folder: string;
  readonly maxBytes: number;
}

/** A pipe would never end, and a file of gigabytes not fit. */
function isArchive(path: string): boolean {
  const stat = statSync(path);
  return stat.isFile() && stat.size <= MAX_ARCHIVE_BYTES;
}

export class PackageCache {
  constructor(
    private readonly options: CacheOptions,
    private readonly logger: Logger,
    private readonly clock: Clock,
  ) {}

  /**
   * Null for what is not there. A file that is not its CID's is deleted; one that is, and breaks the format, is its
   * claimant's doing like any other.
   */
  get(wanted: Wanted): Kept | null {
    const path = this.path(wanted);
    let read: Uint8Array | null = null;
    try {
      const gatherer = new ArchiveGatherer(wanted.kind, wanted.cid);
      if (!isArchive(path)) return null;
      read = readFileSync(path);
      gatherer.push(read);
      const bytes = gatherer.finish();
      const now = this.clock.nowMs() / 1000;
      utimesSync(path, now, now);
      return { kind: 'package', bytes };
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return null;
      if (error instanceof PackageError && read !== null) return { kind: 'malformed', bytes: read, error };
      this.warn(`${path} is no use`, error);
      if (error instanceof CodedError) rmSync(path, { force: true });
      return null;
    }
  }

  /** Those not asked for longest make room. */
  put(wanted: Wanted, bytes: Uint8Array): void {
    const path = this.path(wanted);
    try {
      mkdirSync(this.options.folder, { recursive: true });
      this.makeRoom(bytes.length);
      this.write(path, bytes);
    } catch (error) {
      if (errorCode(error) === undefined) throw error;
      this.warn(`${path} is not kept`, error);
    }
  }

  private write(path: string, bytes: Uint8Array): void {
    const part = `${path}.part`;
    try {
      writeFileSync(part, bytes);
      renameSync(part, path);
    } finally {
      rmSync(part, { force: true });
    }
  }

  private makeRoom(bytes: number): void {
    const files = readdirSync(this.options.folder)
      .filter((name) => KEPT.test(name))
      .map((name) => {
        const path = join(this.options.folder, name);
        const { size, mtimeMs } = statSync(path);
        return { path, size, mtimeMs };
      })
      .sort((a, b) => b.mtimeMs - a.mtimeMs);
    let sum = bytes;
    for (const { path, size } of files) {
      sum += size;
      if (sum > this.options.maxBytes) rmSync(path, { force: true });
    }
  }

  private path({ cid }: Wanted): string {
    return join(this.options.folder, `${cid}.car`);
  }

  private warn(what: string, error: unknown): void {
    this.logger.warn({ error: errorMessage(error) }, `in the cache of packages, ${what}`);
  }
}
