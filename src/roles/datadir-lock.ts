/**
 * One node to a data directory: two would hand out the same extranonces and interleave one log. The lock is a file
 * with the owner's pid; one whose owner is dead (kill -9, power cut) is taken over.
 */
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError, errorCode } from '../lib/index.js';

export class DatadirLockError extends CodedError<'DATADIR_IN_USE'> {}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

/** In a container every node has the same small pid: a lock of one's own number was left by an earlier life. */
function isHeld(path: string): number | null {
  const pid = Number(readFileSync(path, 'utf8'));
  return pid > 0 && pid !== process.pid && isAlive(pid) ? pid : null;
}

/** Returns what releases it; throws `DatadirLockError` while a living process holds it. */
export function lockDatadir(datadir: string): () => void {
  const path = join(datadir, 'node.pid');
  const own = `${path}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    for (;;) {
      try {
        linkSync(own, path);
        return () => rmSync(path, { force: true });
      } catch (error) {
        if (errorCode(error) !== 'EEXIST') throw error;
        const holder = isHeld(path);
        if (holder !== null) {
          throw new DatadirLockError(
            'DATADIR_IN_USE',
            `process ${holder} already runs a node on ${datadir}: stop it, or give this one another --datadir`,
            { pid: holder },
          );
        }
        rmSync(path, { force: true });
      }
    }
  } finally {
    rmSync(own, { force: true });
  }
}
