/** The shards of one node, `*.sqlite` in one folder, in the order of their names. Shards made later are found later. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode, errorMessage } from '../lib/index.js';
import { RefusedLogs } from './refuse-altered-log.js';
import { ShardFile } from './shard-file.js';
import { busyError, damagedError } from './share-log-error.js';
import { tellsBusy, tellsDamage, tellsUnreadable } from './storage-fault.js';

const SUFFIX = '.sqlite';

/** Of commands and threads of their own: as long as a listener waits for a predecessor's last write. */
export const LOCK_PATIENCE_MS = 20_000;

export class ShardFolder {
  private readonly opened = new Map<string, ShardFile>();
  /** With what was met. */
  private readonly damagedNames = new Map<string, string>();
  private readonly busyNames = new Set<string>();
  private readonly refusedLogs = new RefusedLogs();

  /**
   * `patienceMs`: how long a locked shard is waited for, blocking the thread. 0 is for a loop that must not stand
   * still: what is locked then is passed over where what is damaged is, and noted.
   */
  constructor(
    private readonly path: string,
    private readonly patienceMs: number,
  ) {}

  /**
   * All of them, for whoever must not miss a share. Throws `ShareLogError` for one that is damaged from its first page
   * or locked, and `ShardVersionError` for a newer one.
   */
  files(): readonly ShardFile[] {
    return this.names().flatMap((name) => {
      try {
        return this.file(name) ?? [];
      } catch (error) {
        throw this.named(name, error);
      }
    });
  }

  /** Without those that are damaged from the first page or locked, which are noted. Throws `ShardVersionError`. */
  soundFiles(): readonly ShardFile[] {
    return this.names().flatMap((name) =>
      this.unlessDamaged(name, () => this.file(name)).flatMap((file) => file ?? []),
    );
  }

  private file(name: string): ShardFile | null {
    const opened = this.opened.get(name);
    if (opened !== undefined) return opened;
    // Its writer looks too, but may not have come to it yet.
    this.refusedLogs.refuse(this.pathOf(name));
    const file = ShardFile.open(this.pathOf(name), name, this.patienceMs);
    if (file !== null) this.opened.set(name, file);
    return file;
  }

  private pathOf(name: string): string {
    return join(this.path, name + SUFFIX);
  }

  private named(name: string, error: unknown): unknown {
    const code = String(errorCode(error));
    if (tellsDamage(error)) return damagedError(this.pathOf(name), { code, message: errorMessage(error) });
    return tellsBusy(code) ? busyError(this.pathOf(name), code) : error;
  }

  /** What `read` returns, alone; nothing when it meets a damaged page or row, or a lock without patience, which is noted. */
  unlessDamaged<Result>(name: string, read: () => Result): readonly Result[] {
    try {
      const result = read();
      this.busyNames.delete(name);
      return [result];
    } catch (error) {
      if (tellsUnreadable(error)) this.damagedNames.set(name, errorMessage(error));
      else if (this.patienceMs === 0 && tellsBusy(errorCode(error))) this.busyNames.add(name);
      else throw this.named(name, error);
      return [];
    }
  }

  /** Names of shards that were locked when they were last to be read, and so passed over. */
  get busy(): readonly string[] {
    return [...this.busyNames];
  }

  /** Names of shards of which a page or a row was met that is damaged, since this was made. */
  get damaged(): readonly string[] {
    return [...this.damagedNames.keys()];
  }

  /** What was met in a shard that is damaged, for people. */
  damageOf(name: string): string {
    return this.damagedNames.get(name) ?? '';
  }

  /** Shards without tables: a writer has only just made them, or somebody has emptied them. */
  empty(): readonly string[] {
    return this.names().filter((name) => !this.opened.has(name) && !this.damagedNames.has(name));
  }

  private names(): string[] {
    try {
      return readdirSync(this.path)
        .filter((entry) => entry.endsWith(SUFFIX))
        .sort()
        .map((entry) => entry.slice(0, -SUFFIX.length));
    } catch (error) {
      // No listener has started yet.
      if (errorCode(error) === 'ENOENT') return [];
      throw error;
    }
  }

  close(): void {
    for (const file of this.opened.values()) file.close();
    this.opened.clear();
  }
}
