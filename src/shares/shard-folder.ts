/** The shards of one node, `*.sqlite` in one folder, in the order of their names. Shards made later are found later. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../lib/index.js';
import { ShardFile } from './shard-file.js';
import { damagedError, tellsDamage } from './share-log-error.js';

const SUFFIX = '.sqlite';

export class ShardFolder {
  private readonly opened = new Map<string, ShardFile>();
  private readonly damagedNames = new Set<string>();

  constructor(private readonly path: string) {}

  /**
   * All of them, for whoever must not miss a share. Throws `ShareLogError` for one that is damaged from its first page,
   * and `ShardVersionError` for a newer one.
   */
  files(): readonly ShardFile[] {
    return this.names().flatMap((name) => {
      try {
        return this.file(name) ?? [];
      } catch (error) {
        const code = errorCode(error);
        throw tellsDamage(code) ? damagedError(this.pathOf(name), String(code)) : error;
      }
    });
  }

  /** Without those that are damaged from the first page, which are noted. Throws `ShardVersionError`. */
  soundFiles(): readonly ShardFile[] {
    return this.names().flatMap((name) =>
      this.unlessDamaged(name, () => this.file(name)).flatMap((file) => file ?? []),
    );
  }

  private file(name: string): ShardFile | null {
    const file = this.opened.get(name) ?? ShardFile.open(this.pathOf(name), name);
    if (file !== null) this.opened.set(name, file);
    return file;
  }

  private pathOf(name: string): string {
    return join(this.path, name + SUFFIX);
  }

  /** What `read` returns, alone; nothing when it meets a damaged page, which is noted. */
  unlessDamaged<Result>(name: string, read: () => Result): readonly Result[] {
    try {
      return [read()];
    } catch (error) {
      if (!tellsDamage(errorCode(error))) throw error;
      this.damagedNames.add(name);
      return [];
    }
  }

  /** Names of shards of which a page was met that is damaged, since this was made. */
  get damaged(): readonly string[] {
    return [...this.damagedNames];
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
