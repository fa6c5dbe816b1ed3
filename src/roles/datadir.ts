/**
 * A data directory belongs to one node at a time and to one network for good. Two nodes would hand out the same
 * extranonces and interleave one log, and a log of another network would be read as if it were of this one.
 *
 * The lock is the kernel's and ends with the process that has it (kill -9 and power cuts included); it holds between
 * containers on one volume too.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UNFINISHED_RESTORE } from '../backup/index.js';
import { CodedError, errorCode, errorMessage } from '../lib/index.js';
import { ExclusiveFile } from '../shares/index.js';

export class DatadirError extends CodedError<
  'DATADIR_IN_USE' | 'DATADIR_UNUSABLE' | 'DATADIR_OTHER_NETWORK' | 'DATADIR_EMPTY' | 'DATADIR_UNFINISHED'
> {}

const NETWORK_FILE = 'network';

/** The pid beside the lock is for people; it decides nothing. */
function lock(datadir: string): () => void {
  const right = ExclusiveFile.take(join(datadir, 'node.lock'), 0);
  const pidFile = join(datadir, 'node.pid');
  if (right === null) {
    const holder = existsSync(pidFile) ? ` (process ${readFileSync(pidFile, 'utf8').trim()})` : '';
    throw new DatadirError(
      'DATADIR_IN_USE',
      `another node${holder} already runs on ${datadir}: stop it, or give this one another --datadir`,
    );
  }
  writeFileSync(pidFile, String(process.pid));
  return () => {
    rmSync(pidFile, { force: true });
    right.release();
  };
}

/** The network whose data a directory holds; null where no node has worked yet. */
export function networkIn(datadir: string): string | null {
  try {
    // An empty one is what a power cut leaves of a first start.
    return readFileSync(join(datadir, NETWORK_FILE), 'utf8').trim() || null;
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

function unfinished(datadir: string): DatadirError {
  return new DatadirError(
    'DATADIR_UNFINISHED',
    `a restore into ${datadir} is under way, or did not finish: wait for it, or empty the directory and restore again`,
  );
}

/** Makes the directory if need be. Returns what gives it back; throws `DatadirError`. */
export function claimDatadir(datadir: string, network: string): () => void {
  try {
    if (existsSync(join(datadir, UNFINISHED_RESTORE))) throw unfinished(datadir);
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

/** For readers beside a node, or without one. Throws `DatadirError` where there is no log of this network, or half of one. */
export function expectDatadir(datadir: string, network: string): void {
  if (existsSync(join(datadir, UNFINISHED_RESTORE))) throw unfinished(datadir);
  const held = networkIn(datadir);
  if (held === null) {
    throw new DatadirError('DATADIR_EMPTY', `no node has kept a log in ${datadir}: name its --datadir`);
  }
  if (held !== network) throw otherNetwork(datadir, held, network);
}
