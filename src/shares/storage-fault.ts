/**
 * What an error of SQLite's says about a file and its disk, and what to do about it: one place for the writer, the readers
 * and the commands. Damage is only what SQLite calls corrupt and what nobody's Orcapool has written; a full disk, or one
 * that cannot be written, leaves the files as they were, and whoever took that for damage would throw good data away.
 * Codes are SQLite's (https://www.sqlite.org/rescode.html), but for `SHARD_ALTERED`.
 */
import { CodedError, errorCode, errorMessage } from '../lib/index.js';

/** What a row says is nothing that was ever written into one. */
export class ShardAlteredError extends CodedError<'SHARD_ALTERED'> {}

export function notCommitted(batch: number): ShardAlteredError {
  return new ShardAlteredError(
    'SHARD_ALTERED',
    `batch ${batch} is not what was committed: its digest is another`,
  );
}

/** A statement that was right for the file's version meets a table without what that version has, or a file whose head says that it is none that SQLite can read. */
const LACKS_TABLE = /^(?:no such (?:table|column)|table \S+ has no column|unsupported file format)/;

/** `error`: any, also one that came from a thread as code and message. */
export function tellsDamage(error: unknown): boolean {
  const code = String(errorCode(error));
  if (code === 'SQLITE_ERROR') return LACKS_TABLE.test(errorMessage(error));
  return /^(?:SQLITE_(?:CORRUPT|NOTADB)|SHARD_ALTERED)/.test(code);
}

/**
 * Damage, or what SQLite can only call too much: a row whose header was altered may say that it has more bytes than there
 * is memory for. For whoever reads on without it and writes nothing.
 */
export function tellsUnreadable(error: unknown): boolean {
  return tellsDamage(error) || /^SQLITE_(?:NOMEM|TOOBIG)/.test(String(errorCode(error)));
}

/**
 * `code`: of any error. A writer makes the file, takes up what a crash left, or has the disk still busy with
 * its last write; a read-only connection cannot do the second in its stead.
 */
export function tellsBusy(code: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED|PROTOCOL|READONLY_(ROLLBACK|RECOVERY|CANTLOCK))/.test(String(code));
}

/**
 * Whether SQLite could not make or fill the -shm file that it wants beside a database with a write-ahead log, as on a
 * full disk or one that is mounted read-only: the database itself may well be read.
 */
export function tellsNoRoomBeside(code: unknown): boolean {
  return /^SQLITE_(CANTOPEN|IOERR_SHM)/.test(String(code));
}

/** What happened and what to do, of an error whose code is SQLite's. SQLite has one group of codes for a disk that fails and for one that was mounted read-only. */
export function storageAdvice(error: { readonly code: string; readonly message: string }): string {
  const { code, message } = error;
  if (tellsDamage(error)) {
    return `the file is damaged (${code}: ${message}): stop the node, keep a copy of the file and of its -wal, and recover it by the steps in docs/operations.md (A damaged shard)`;
  }
  if (tellsBusy(code)) return `another process has the file locked (${code})`;
  if (code === 'SQLITE_FULL') return 'the disk is full: free some space';
  if (code.startsWith('SQLITE_IOERR_SHM')) {
    return `no room was to be had for the -shm file beside it (${code}): the disk is full, or cannot be written; free some space, and see whether it is mounted read-only`;
  }
  if (/^SQLITE_(CANTOPEN|PERM|AUTH)/.test(code)) {
    return `it cannot be opened, or a file beside it cannot be made (${code}): is the disk mounted read-only or full, and do the files belong to this user?`;
  }
  if (/^SQLITE_IOERR_(READ|SHORT_READ|FSTAT|CORRUPTFS|DATA)$/.test(code)) {
    return `the disk cannot be read (${code}): it is failing, and the kernel's log says why; copy the data directory to another disk`;
  }
  if (/^SQLITE_(IOERR|READONLY)/.test(code)) {
    return `the disk cannot be written (${code}): is it mounted read-only, or failing? The kernel's log says why`;
  }
  if (code.startsWith('SQLITE_NOMEM')) return `there is too little memory for it (${code})`;
  return `it failed (${code}: ${message})`;
}
