/**
 * An altered write-ahead log made such that SQLite reads all of it again: checksums are worked out anew from the head on. What
 * was altered can be told: each later frame goes on from the checksum that stands in the one before it, so only the frame that
 * goes on from nothing is doubtful; and where one byte of it was altered, its own checksum says which and what it was, or leaves
 * a few to choose from.
 */
import {
  FRAME_HEAD_BYTES,
  frameAt,
  HEAD_BYTES,
  LEAST_PAGE_BYTES,
  LOG_MAGIC,
  LOG_VERSION,
  LogFrame,
  type LogHead,
  MOST_PAGE_BYTES,
  readHead,
  sumAt,
} from './log-frame.js';
import { type LogSum, logSum, NO_SUM } from './log-sum.js';
import { judgeLog, startsBehind, walkLog } from './write-ahead-log.js';

export interface MendedLog {
  readonly bytes: Uint8Array;
  /** What was set right, for people. */
  readonly mended: readonly string[];
  /** What stands as it was found, or is not in it, for people. */
  readonly doubtful: readonly string[];
  /** As many as there are for the first frame of which one byte was altered; 1 where checksums leave none. */
  readonly choices: number;
}

/** As SQLite numbers pages the last that may be: of no database, so nobody asks for it. */
const NO_PAGE = 0xffff_fffe;

/**
 * Null for a log of which nothing that is known to have been committed was altered. `choice`: which of the bytes is taken for
 * altered where there are more than one for the checksum; null for none, as stands.
 */
export function mendLog(file: Uint8Array, choice: number | null = null): MendedLog | null {
  // A part of a `Buffer` that is cut out of it would be the same bytes.
  const bytes = new Uint8Array(file.buffer, file.byteOffset, file.length);
  const log = { size: bytes.length, read: (at: number, size: number) => bytes.subarray(at, at + size) };
  if (judgeLog(log).kind === 'sound') return null;
  const known = readHead(bytes);
  const head = known ?? foundHead(bytes);
  if (head === null) {
    const says = `all of its -wal: the head was altered, and the ${bytes.length} bytes go on from nothing`;
    return { bytes: new Uint8Array(0), mended: [], doubtful: [says], choices: 1 };
  }
  const { frames, committed } = walkLog(log, head);
  if (committed === 0) {
    return {
      bytes: new Uint8Array(0),
      mended: [],
      doubtful: [`all ${frames} frames of its -wal`],
      choices: 1,
    };
  }
  const frameOf = (index: number): LogFrame =>
    new LogFrame(log.read(frameAt(index, head), FRAME_HEAD_BYTES + head.pageBytes), head.isBigEndian);
  const mended = known === null ? ['the head of its -wal, by its frames'] : [];
  const doubtful: string[] = [];
  const written = bytes.slice(0, frameAt(committed, head));
  let sum = writeHead(written, head);
  let starts = head.sums;
  let choices = 1;
  const lastOf = new Map(Array.from({ length: committed }, (_, index) => [frameOf(index).page, index]));
  for (let index = 0; index < committed; index++) {
    const frame = frameOf(index);
    const found = mendFrame(frame, {
      starts,
      salts: head.salts,
      next: index + 1 < frames ? frameOf(index + 1) : null,
      isWrittenAgain: (page) => (lastOf.get(page) ?? 0) > index,
      choice: choices === 1 ? choice : null,
    });
    if (choices === 1) choices = Math.max(1, found.choices);
    const about = `frame ${index + 1} of its -wal`;
    if (found.mended !== undefined) mended.push(about + found.mended);
    if (found.doubtful !== undefined) doubtful.push(about + found.doubtful);
    sum = writeFrame(written, frameAt(index, head), found.frame, head, sum);
    starts = startsBehind(frame, found.isWhole ? [] : starts);
  }
  return { bytes: written, mended, doubtful, choices };
}

interface FrameSurroundings {
  /** Checksums that the frame may go on from. */
  readonly starts: readonly LogSum[];
  readonly salts: Uint8Array;
  /** The frame behind it. */
  readonly next: LogFrame | null;
  isWrittenAgain(page: number): boolean;
  readonly choice: number | null;
}

interface FrameFinding {
  /** As it is to stand. */
  readonly frame: LogFrame;
  /** By its own checksum it is what was written; its salts may not be. */
  readonly isWhole: boolean;
  /** How many bytes may be the altered one; 1 also where that was not asked. */
  readonly choices: number;
  /** As `MendedLog` has it, behind the frame's number. */
  readonly mended?: string;
  readonly doubtful?: string;
}

function mendFrame(frame: LogFrame, around: FrameSurroundings): FrameFinding {
  const { starts, choice } = around;
  if (frame.follows(starts)) {
    const salts = frame.has(around.salts) ? {} : { mended: ': its salts' };
    return { frame, isWhole: true, choices: 1, ...salts };
  }
  if (around.next?.follows(startsBehind(frame, starts).slice(1)) === true)
    return { frame, isWhole: false, choices: 1, mended: ': its checksum, by the frame behind it' };
  const each = frame.mended(starts);
  const taken = each.length === 1 ? each[0] : choice !== null ? each[choice] : undefined;
  const right = taken ?? frame;
  const rest = { frame: right, isWhole: false, choices: each.length };
  const page = `, of page ${right.page}`;
  if (taken !== undefined) return { ...rest, mended: `${page}: an altered byte, by its checksum` };
  if (around.isWrittenAgain(right.page) && each.every((other) => other.page === right.page))
    return { ...rest, mended: `${page}: which is written again behind it` };
  return { ...rest, doubtful: `${page}: not what was committed, and taken as it stood` };
}

function writeHead(into: Uint8Array, { isBigEndian, pageBytes, salts }: LogHead): LogSum {
  const view = new DataView(into.buffer, into.byteOffset);
  view.setUint32(0, LOG_MAGIC | Number(isBigEndian));
  view.setUint32(4, LOG_VERSION);
  view.setUint32(8, pageBytes);
  into.set(salts, 16);
  const sum = logSum(NO_SUM, into.slice(0, 24), isBigEndian);
  writeSum(into, 24, sum);
  return sum;
}

function writeFrame(into: Uint8Array, at: number, frame: LogFrame, head: LogHead, start: LogSum): LogSum {
  into.set(frame.bytes, at);
  into.set(head.salts, at + 8);
  if (frame.page === 0) new DataView(into.buffer, into.byteOffset).setUint32(at, NO_PAGE);
  const size = FRAME_HEAD_BYTES + head.pageBytes;
  const sum = new LogFrame(into.subarray(at, at + size), head.isBigEndian).sumBehind(start);
  writeSum(into, at + 16, sum);
  return sum;
}

function writeSum(into: Uint8Array, at: number, [first, second]: LogSum): void {
  const view = new DataView(into.buffer, into.byteOffset);
  view.setInt32(at, first);
  view.setInt32(at + 4, second);
}

/** The first ones, of which another may be altered too. */
const FRAMES_ASKED = 4;

/** By the frames, which have the salts, and go on from one another with one size of page and one byte order only. */
function foundHead(bytes: Uint8Array): LogHead | null {
  for (let pageBytes = LEAST_PAGE_BYTES; pageBytes <= MOST_PAGE_BYTES; pageBytes *= 2) {
    const size = FRAME_HEAD_BYTES + pageBytes;
    for (const isBigEndian of [false, true]) {
      let before: LogSum[] = [];
      for (
        let at = HEAD_BYTES;
        at + size <= bytes.length && at < HEAD_BYTES + FRAMES_ASKED * size;
        at += size
      ) {
        const frame = new LogFrame(bytes.subarray(at, at + size), isBigEndian);
        const head = { isBigEndian, pageBytes, salts: frame.salts.slice() };
        const sums = [writeHead(bytes.slice(0, HEAD_BYTES), { ...head, sums: [] }), sumAt(bytes, 24)];
        // Zeros go on from zeros, whatever their number.
        if (frame.page !== 0 && frame.follows(at === HEAD_BYTES ? sums : before)) return { ...head, sums };
        before = [frame.stored];
      }
    }
  }
  return null;
}
