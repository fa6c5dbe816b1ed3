/**
 * Files that cannot be read: moved out of the way under a name that nothing reads, so that the pool mines on and its operator
 * can look at them. They stay until somebody removes them.
 */
import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../lib/index.js';

/** Of a name that `setAside` gave. */
export const SET_ASIDE = /\.damaged(?:-\d+)?$/;

/**
 * Returns the name it has now; a directory or a link in a file's place is moved alike. `beside`: ends of names that have to be
 * free after it too.
 */
export function setAside(folder: string, name: string, beside: readonly string[] = []): string {
  const isTaken = (to: string): boolean => ['', ...beside].some((end) => existsSync(join(folder, to + end)));
  let aside = `${name}.damaged`;
  for (let n = 2; isTaken(aside); n++) aside = `${name}.damaged-${n}`;
  renameSync(join(folder, name), join(folder, aside));
  return aside;
}

/** Whether what stands in a file's place is none: a directory, or a link that leads round in a circle. */
export function tellsNoFile(error: unknown): boolean {
  return ['EISDIR', 'ELOOP', 'ENOTDIR'].includes(String(errorCode(error)));
}
