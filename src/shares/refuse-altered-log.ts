/** A shard whose write-ahead log SQLite would read to the first altered frame, and take for all there is. */
import { statSync } from 'node:fs';
import { logDamage } from '../disk/index.js';
import { ShardAlteredError } from './storage-fault.js';

/** Before the shard is opened. Throws `ShardAlteredError`. */
export function refuseAlteredLog(path: string): void {
  const says = logDamage(path);
  if (says !== null) throw new ShardAlteredError('SHARD_ALTERED', says);
}

/** For whoever tries to open a damaged shard again and again: a log that is as it was when it was refused is not read again. */
export class RefusedLogs {
  private readonly refused = new Map<string, { readonly stand: string; readonly error: unknown }>();

  refuse(path: string): void {
    const stand = standOf(path);
    const known = this.refused.get(path);
    if (known?.stand === stand) throw known.error;
    this.refused.delete(path);
    try {
      refuseAlteredLog(path);
    } catch (error) {
      this.refused.set(path, { stand, error });
      throw error;
    }
  }
}

function standOf(path: string): string {
  const stat = statSync(`${path}-wal`, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? '' : `${stat.ino} ${stat.size} ${stat.mtimeNs}`;
}
