/** The shards of one node, `*.sqlite` in one folder, in the order of their names. Shards made later are found later. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../lib/index.js';
import { ShardFile } from './shard-file.js';

const SUFFIX = '.sqlite';

export class ShardFolder {
  private readonly opened = new Map<string, ShardFile>();

  constructor(private readonly path: string) {}

  /** Throws SQLite's errors for a file that is no shard, and `ShardVersionError` for a newer one. */
  files(): readonly ShardFile[] {
    const files: ShardFile[] = [];
    for (const entry of this.entries()) {
      const name = entry.slice(0, -SUFFIX.length);
      const file = this.opened.get(name) ?? ShardFile.open(join(this.path, entry), name);
      if (file === null) continue;
      this.opened.set(name, file);
      files.push(file);
    }
    return files;
  }

  /** Shards without tables: a writer has only just made them, or somebody has emptied them. */
  empty(): readonly string[] {
    return this.entries()
      .map((entry) => entry.slice(0, -SUFFIX.length))
      .filter((name) => !this.opened.has(name));
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
