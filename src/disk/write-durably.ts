/**
 * Small files that must be whole and on disk: written beside their place, synced, renamed, and the folder synced too. On
 * the coordinator's loop nothing waits for a disk, so what writes there awaits `writeDurably`; what has a thread of its
 * own takes the other.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { open, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { oneByOne } from '../lib/index.js';
import { syncPath } from './sync-path.js';

/** Of the process: four that wait for a slow disk would be all threads that Node has for files and names of hosts. */
const inTurn = oneByOne();

/** Once resolved the file is there whole, and on disk; before, or when it rejects, as it was. */
export function writeDurably(folder: string, name: string, content: Uint8Array | string): Promise<void> {
  return inTurn(() => write(folder, name, content));
}

async function write(folder: string, name: string, content: Uint8Array | string): Promise<void> {
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
  syncPath(folder);
}
