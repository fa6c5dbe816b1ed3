/** What stands in a shard's place and is no file: SQLite says of it what it says of a full or a failing disk. */
import { statSync } from 'node:fs';
import { tellsNoFile } from '../disk/index.js';
import { ShardAlteredError } from './storage-fault.js';

/** Throws `ShardAlteredError`; what else is wrong with the path is for SQLite to say. */
export function refuseNoFile(path: string): void {
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isFile() !== false) return;
  } catch (error) {
    if (!tellsNoFile(error)) return;
  }
  throw new ShardAlteredError('SHARD_ALTERED', 'a directory, or a link to itself, stands in its place');
}
