/**
 * Which files of a data directory are its state. Databases are copied through SQLite, which has what their
 * write-ahead logs hold; the others are replaced as a whole, if ever.
 */
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

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

/** Those that a data directory's files lie in; `paths` may be in others besides. */
export function makeFolders(datadir: string, paths: readonly string[]): void {
  const folders = new Set(['shares', 'templates', 'claims', 'rounds', ...paths.map((path) => dirname(path))]);
  for (const name of folders) mkdirSync(join(datadir, name), { recursive: true });
}

/** A round's audits, by base58 of who submitted, and how many blocks each node found. */
function auditsIn(datadir: string): string[] {
  return namesIn(join(datadir, 'audits'), /^(?:\d{1,20}|blocks)$/).flatMap((folder) =>
    namesIn(join(datadir, 'audits', folder), /^[1-9A-HJ-NP-Za-km-z]{1,44}\.json$/).map(
      (name) => `audits/${folder}/${name}`,
    ),
  );
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
      ...auditsIn(datadir),
    ],
  };
}
