/**
 * Whether the write-ahead log beside a database was altered, asked of the disk. SQLite's own connections do not look again at
 * what they have read, and the first writer after a crash writes over what it takes for the log's end: so before one is opened.
 *
 * By a descriptor of our own, which costs no lock: SQLite has its POSIX locks on the database and on the -shm, and opens a
 * -wal without any (`unixOpen` in its os_unix.c gives `UNIXFILE_NOLOCK` to all but the database).
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { errorCode } from '../lib/index.js';
import { judgeLog, type LogBytes, type LogVerdict } from './write-ahead-log.js';

const PIECE_BYTES = 1 << 20;
/** A writer who is in the midst of writing is through by then. */
const PAUSE_MS = 10;

/**
 * For people; null where nothing was altered, or where there is no log. Blocks its thread, 1 ms for each megabyte. A writer
 * may be at work: it alters nothing that it has committed, until it begins the log at its front again and writes another head
 * first, so what is found twice with the same head was not just being written. A log that cannot be read is for SQLite to tell of.
 */
export function logDamage(database: string): string | null {
  const path = `${database}-wal`;
  const first = judged(path);
  if (first === null || first.kind === 'sound') return null;
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
  const again = judged(path);
  return again !== null && marksOf(again).equals(marksOf(first)) ? says(again) : null;
}

function judged(path: string): LogVerdict | null {
  let descriptor: number | null = null;
  try {
    descriptor = openSync(path, 'r');
    return judgeLog(new LogPieces(descriptor));
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return null;
  } finally {
    if (descriptor !== null) closeSync(descriptor);
  }
}

/** The same of the same damage only. */
function marksOf(verdict: LogVerdict): Buffer {
  if (verdict.kind === 'sound') return Buffer.alloc(0);
  if (verdict.kind === 'head-altered') return Buffer.from(verdict.head);
  const { firstBad, badHead } = verdict.walk;
  return Buffer.concat([verdict.head, badHead!, Buffer.from(String(firstBad))]);
}

function says(verdict: LogVerdict): string | null {
  if (verdict.kind === 'sound') return null;
  if (verdict.kind === 'head-altered')
    return 'the head of its -wal was altered, and nothing in that can be read';
  const { firstBad, frames, committed } = verdict.walk;
  return `frame ${firstBad! + 1} of the ${frames} in its -wal was altered, and what was committed from there to frame ${committed} cannot be read`;
}

class LogPieces implements LogBytes {
  readonly size: number;
  private readonly piece = new Uint8Array(PIECE_BYTES);
  private from = 0;
  private length = 0;

  constructor(private readonly descriptor: number) {
    this.size = fstatSync(descriptor).size;
  }

  read(at: number, length: number): Uint8Array {
    if (at < this.from || at + length > this.from + this.length) {
      this.from = at;
      this.length = readSync(this.descriptor, this.piece, 0, PIECE_BYTES, at);
    }
    return this.piece.subarray(at - this.from, Math.min(at - this.from + length, this.length));
  }
}
