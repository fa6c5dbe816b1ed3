/** The shards of one node, `*.sqlite` in one folder, in the order of their names. Shards made later are found later. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../lib/index.js';
import { ShardFile } from './shard-file.js';
import { tellsDamage } from './share-log-error.js';

const SUFFIX = '.sqlite';

export class ShardFolder {
  private readonly opened = new Map<string, ShardFile>();
  private readonly damagedNames = new Set<string>();

  constructor(private readonly path: string) {}

  /** Leaves out those that are damaged from the first page. Throws `ShardVersionError` for a newer one. */
  files(): readonly ShardFile[] {
    const files: ShardFile[] = [];
    for (const entry of this.entries()) {
      const name = entry.slice(0, -SUFFIX.length);
      const [file] = this.unlessDamaged(
        name,
        () => this.opened.get(name) ?? ShardFile.open(join(this.path, entry), name),
      );
      if (file === undefined || file === null) continue;
      this.opened.set(name, file);
      files.push(file);
    }
    return files;
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
    return this.entries()
      .map((entry) => entry.slice(0, -SUFFIX.length))
      .filter((name) => !this.opened.has(name) && !this.damagedNames.has(name));
  }

  private entries(): string[] {
    try {
      return readdirSync(this.path)
        .filter((entry) => entry.endsWith(SUFFIX))
        .sort();
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
