/**
 * Which files of a data directory are its state. Databases are copied through SQLite, which has what their
 * write-ahead logs hold; the others are replaced as a whole, if ever.
 */
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Paths below the data directory, with `/`. */
export interface StateFiles {
  /** Shards before the journal of blocks: a block is in its shard first, so none is missing from both. */
  readonly databases: readonly string[];
  readonly files: readonly string[];
}

function namesIn(folder: string, pattern: RegExp): string[] {
  return existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => pattern.test(name))
        .sort()
    : [];
}

/** Those that a data directory's files lie in. */
export function makeFolders(datadir: string): void {
  for (const name of ['shares', 'templates', 'claims', 'rounds']) mkdirSync(join(datadir, name));
}

export function stateFiles(datadir: string): StateFiles {
  const shards = namesIn(join(datadir, 'shares'), /^shard-\d+\.sqlite$/);
  const templates = namesIn(join(datadir, 'templates'), /^[0-9a-f]+\.template$/);
  const claims = namesIn(join(datadir, 'claims'), /^\d{1,20}(?:\.json|(?:\.draws)?\.car|\.left)$/);
  const rounds = namesIn(join(datadir, 'rounds'), /^\d{1,20}\.json$/);
  return {
    databases: [...shards.map((name) => `shares/${name}`), ...namesIn(datadir, /^blocks\.sqlite$/)],
    files: [
      ...namesIn(datadir, /^(?:network|receipt-key\.pem)$/),
      ...templates.map((name) => `templates/${name}`),
      ...claims.map((name) => `claims/${name}`),
      ...rounds.map((name) => `rounds/${name}`),
    ],
  };
}
