/**
 * Records that cannot be read: moved out of the way under a name that nothing reads, so that the pool mines on and its
 * operator can look at them. They stay until somebody removes them.
 */
import { existsSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../lib/index.js';

const DAMAGED = /\.damaged(?:-\d+)?$/;

/** Returns the name it has now; a directory in a record's place is moved alike. */
export function setAside(folder: string, name: string): string {
  let aside = `${name}.damaged`;
  for (let n = 2; existsSync(join(folder, aside)); n++) aside = `${name}.damaged-${n}`;
  renameSync(join(folder, name), join(folder, aside));
  return aside;
}

/** Those that are still there, as `<folder's name>/<name>`. */
export function damagedRecords(datadir: string): string[] {
  return ['claims', 'rounds'].flatMap((folder) => {
    try {
      return readdirSync(join(datadir, folder))
        .filter((name) => DAMAGED.test(name))
        .map((name) => `${folder}/${name}`);
    } catch (error) {
      // A node whose rounds the clock tells has no such folder.
      if (errorCode(error) === 'ENOENT') return [];
      throw error;
    }
  });
}
