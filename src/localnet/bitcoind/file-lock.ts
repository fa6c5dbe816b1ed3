/** One process at a time, by a file that holds the owner's pid. A lock whose owner is dead is taken over. */
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { CodedError, errorCode } from '../../lib/index.js';

export class FileLockError extends CodedError<'LOCK_TIMEOUT'> {}

const PATIENCE_MS = 300_000;
const POLL_MS = 200;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

/** Writing the pid to a file of one's own and linking it makes the lock appear whole or not at all. */
async function tryTake(path: string): Promise<boolean> {
  const own = `${path}.${process.pid}`;
  await writeFile(own, String(process.pid));
  try {
    await link(own, path);
    return true;
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    return false;
  } finally {
    await rm(own, { force: true });
  }
}

async function breakIfStale(path: string): Promise<void> {
  const owner = await readFile(path, 'utf8').catch(() => '');
  if (owner !== '' && !isAlive(Number(owner))) await rm(path, { force: true });
}

/** Runs `work` while holding the lock; throws `FileLockError` after five minutes of waiting for it. */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const deadlineMs = Date.now() + PATIENCE_MS;
  while (!(await tryTake(path))) {
    await breakIfStale(path);
    if (Date.now() > deadlineMs) {
      throw new FileLockError(
        'LOCK_TIMEOUT',
        `another process has held ${path} for five minutes; remove it if none runs`,
      );
    }
    await sleep(POLL_MS);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}
