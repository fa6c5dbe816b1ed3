/**
 * A data directory belongs to one node at a time and to one network for good. Two nodes would hand out the same
 * extranonces and interleave one log, and a log of another network would be read as if it were of this one.
 *
 * The lock is a file with its owner's pid and start time, since pids are used again; one whose owner is dead (kill
 * -9, power cut) is taken over.
 */
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError, errorCode, errorMessage } from '../lib/index.js';

export class DatadirError extends CodedError<
  'DATADIR_IN_USE' | 'DATADIR_UNUSABLE' | 'DATADIR_OTHER_NETWORK' | 'DATADIR_EMPTY'
> {}

const NETWORK_FILE = 'network';

/** When a process began, in the kernel's ticks since boot; null where that cannot be known, or it is dead. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold spaces; the start time is the 20th field behind it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

/** The pid of a living holder; null when the lock was left behind. */
function holderOf(path: string): number | null {
  const [pid = '', start = ''] = readFileSync(path, 'utf8').split(' ');
  const holder = Number(pid);
  if (!(holder > 0) || !isAlive(holder)) return null;
  const now = startOf(holder);
  return start !== '' && now !== null && now !== start ? null : holder;
}

/** Writing to a file of one's own and linking it makes the lock appear whole or not at all. */
function lock(datadir: string): () => void {
  const path = join(datadir, 'node.pid');
  const own = `${path}.${process.pid}`;
  writeFileSync(own, `${process.pid} ${startOf(process.pid) ?? ''}`);
  try {
    for (;;) {
      try {
        linkSync(own, path);
        return () => rmSync(path, { force: true });
      } catch (error) {
        if (errorCode(error) !== 'EEXIST') throw error;
      }
      const holder = holderOf(path);
      if (holder !== null) {
        throw new DatadirError(
          'DATADIR_IN_USE',
          `process ${holder} already runs a node on ${datadir}: stop it, or give this one another --datadir`,
          { pid: holder },
        );
      }
      rmSync(path, { force: true });
    }
  } finally {
    rmSync(own, { force: true });
  }
}

/** The network whose data a directory holds; null where no node has worked yet. */
function networkIn(datadir: string): string | null {
  try {
    return readFileSync(join(datadir, NETWORK_FILE), 'utf8').trim();
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return null;
    throw error;
  }
}

function otherNetwork(datadir: string, held: string, wanted: string): DatadirError {
  return new DatadirError(
    'DATADIR_OTHER_NETWORK',
    `${datadir} holds the data of ${held}, not of ${wanted}: name another --datadir, or --network ${held}`,
    { held, wanted },
  );
}

/** Makes the directory if need be. Returns what gives it back; throws `DatadirError`. */
export function claimDatadir(datadir: string, network: string): () => void {
  try {
    mkdirSync(join(datadir, 'shares'), { recursive: true });
    const unlock = lock(datadir);
    const held = networkIn(datadir);
    if (held !== null && held !== network) {
      unlock();
      throw otherNetwork(datadir, held, network);
    }
    if (held === null) writeFileSync(join(datadir, NETWORK_FILE), `${network}\n`);
    return unlock;
  } catch (error) {
    if (error instanceof DatadirError) throw error;
    throw new DatadirError(
      'DATADIR_UNUSABLE',
      `the data directory ${datadir} cannot be used (${errorMessage(error)}): see that it exists, has space and belongs to this user`,
      {},
      error,
    );
  }
}

/** For readers beside a node, or without one. Throws `DatadirError` where there is no log of this network. */
export function expectDatadir(datadir: string, network: string): void {
  const held = networkIn(datadir);
  if (held === null) {
    throw new DatadirError('DATADIR_EMPTY', `no node has kept a log in ${datadir}: name its --datadir`);
  }
  if (held !== network) throw otherNetwork(datadir, held, network);
}
