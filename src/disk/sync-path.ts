/** To the disk, by whoever may wait for it. */
import { closeSync, fsyncSync, openSync } from 'node:fs';

/** A file, or a folder with the names in it. Blocks its thread. */
export function syncPath(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
