/** What was set aside in a data directory because it could not be read, for as long as nobody removes it. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { SET_ASIDE } from '../disk/index.js';
import { errorCode } from '../lib/index.js';

/** As `<folder's name>/<name>`, or `<name>` of what lies in the data directory itself. */
export function damagedRecords(datadir: string): string[] {
  return ['', 'claims', 'rounds'].flatMap((folder) => {
    try {
      return readdirSync(join(datadir, folder))
        .filter((name) => SET_ASIDE.test(name))
        .map((name) => (folder === '' ? name : `${folder}/${name}`));
    } catch (error) {
      // A node whose rounds the clock tells has no `rounds`, one in solo mode neither.
      if (errorCode(error) === 'ENOENT') return [];
      throw error;
    }
  });
}
