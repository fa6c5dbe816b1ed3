/**
 * Small files that must be whole and on disk: written beside their place, synced, renamed, and the folder synced too. On
 * the coordinator's loop nothing waits for a disk, so what writes there awaits `writeDurably`; what has a thread of its
 * own takes the other.
 */
import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { open, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Once resolved the file is there whole, and on disk; before, or when it rejects, as it was. One at a time for a name. */
export async function writeDurably(
  folder: string,
  name: string,
  content: Uint8Array | string,
): Promise<void> {
  const path = join(folder, name);
  await writeFile(`${path}.part`, content, { flush: true });
  await rename(`${path}.part`, path);
  const directory = await open(folder, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Blocks its thread until the file is there whole and on disk. */
export function writeDurablySync(folder: string, name: string, content: Uint8Array | string): void {
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
