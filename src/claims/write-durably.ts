import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The file is there whole, and on disk when this returns, or as it was before. */
export function writeDurably(folder: string, name: string, content: Uint8Array | string): void {
  const path = join(folder, name);
  writeFileSync(`${path}.part`, content, { flush: true });
  renameSync(`${path}.part`, path);
  const directory = openSync(folder, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
