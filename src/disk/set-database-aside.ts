/** A damaged database out of the way, as `set-aside.ts` does it with one file. */
import { renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setAside } from './set-aside.js';
import { syncPath } from './sync-path.js';

const LOG = '-wal';

/**
 * Its write-ahead log goes along, under the name by which SQLite looks for it there: left behind, it would be taken for
 * that of the file which is made next, also after a power cut. Nobody may have it open. Blocks its thread; returns the
 * name it has now.
 */
export function setDatabaseAside(path: string): string {
  const folder = dirname(path);
  const aside = setAside(folder, basename(path), [LOG]);
  const { size = 0 } = statSync(path + LOG, { throwIfNoEntry: false }) ?? {};
  if (size > 0) renameSync(path + LOG, join(folder, aside + LOG));
  for (const end of [LOG, '-shm']) rmSync(path + end, { force: true });
  syncPath(folder);
  return aside;
}
