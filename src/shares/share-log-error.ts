/**
 * What goes wrong with the share log. `SHARE_LOG_FULL`: too many shares wait for the disk. `SHARE_LOG_FAILED`: a
 * commit failed and nothing of it counts as stored; the next may succeed. `SHARE_LOG_DEAD`: the writer thread has
 * ended by itself; only a new shard helps. `SHARE_LOG_CLOSED`: asked after `close`. `SHARE_LOG_OWNED`: another process
 * writes the file. `SHARE_LOG_BUSY`: a reader met it locked, for as long as it may wait. `SHARE_LOG_DAMAGED`: pages of the file are
 * not what SQLite wrote, or rows not what Orcapool did; no retry mends that.
 */
import { basename, dirname, join } from 'node:path';
import { CodedError } from '../lib/index.js';
import type { ShardFailure } from './shard-call.js';
import { storageAdvice, tellsDamage } from './storage-fault.js';

export class ShareLogError extends CodedError<
  | 'SHARE_LOG_FULL'
  | 'SHARE_LOG_FAILED'
  | 'SHARE_LOG_DEAD'
  | 'SHARE_LOG_CLOSED'
  | 'SHARE_LOG_OWNED'
  | 'SHARE_LOG_BUSY'
  | 'SHARE_LOG_DAMAGED'
> {
  /** A share the log refuses for what it is (a row it names is missing) says nothing about the disk. */
  get isDiskFault(): boolean {
    const { cause, isDamage } = this.data;
    return this.code === 'SHARE_LOG_FAILED' && String(cause).startsWith('SQLITE_') && isDamage !== true;
  }
}

export function failedError(failure: ShardFailure): ShareLogError {
  return new ShareLogError('SHARE_LOG_FAILED', `shares cannot be stored: ${storageAdvice(failure)}`, {
    cause: failure.code,
    isDamage: tellsDamage(failure),
  });
}

/** SQLite's words for SQLITE_CORRUPT and SQLITE_NOTADB, where no check has said which row or page it is. */
const NO_MORE_THAN_CODE = /^(?:database disk image is malformed|file is not a database)$/;

export function damagedError(path: string, { code, message }: ShardFailure): ShareLogError {
  const what = NO_MORE_THAN_CODE.test(message) ? code : `${code}: ${message.replace(/\s+/g, ' ')}`;
  // Health is public: it gets no more of the path than says which file.
  const file = join(basename(dirname(path)), basename(path));
  return new ShareLogError(
    'SHARE_LOG_DAMAGED',
    `${file} is damaged (${what}) and nothing more is written to it: stop the node, keep a copy of it and of its -wal, ` +
      'and recover it by the steps in docs/operations.md (A damaged shard)',
    { path, cause: code },
  );
}

export function busyError(path: string, code: string): ShareLogError {
  const file = join(basename(dirname(path)), basename(path));
  return new ShareLogError(
    'SHARE_LOG_BUSY',
    `${file} cannot be read at present (${code}): its writer has it locked, as on a disk that is slow to write. ` +
      'It is not damaged: try again',
    { path, cause: code },
  );
}

export function deadError(reason: string): ShareLogError {
  return new ShareLogError('SHARE_LOG_DEAD', `the share log has stopped: ${reason}`);
}

export function closedError(): ShareLogError {
  return new ShareLogError('SHARE_LOG_CLOSED', 'this node is stopping');
}
