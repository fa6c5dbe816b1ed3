import { closeSync, fsyncSync, openSync } from 'node:fs';

/** A file, or a folder with the names in it. Blocks its thread until the disk has it. */
export function syncPath(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
