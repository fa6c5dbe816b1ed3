/**
 * Where a SQLite write-ahead log ends, and whether it ends there because bytes of it were altered. SQLite reads it up to the
 * first frame that does not follow on the one before, by salts and checksum, and calls that the end. So it is after a power
 * cut, of whose last transaction some sectors may be lost, and where frames of the log's last round follow, which carry other
 * salts. Bytes altered in the midst look the same, and cost every transaction behind them.
 *
 * They are told apart by what `synchronous=FULL` and one writer mean: a transaction is on disk before a frame of the next one
 * is written (SQLite syncs at its commit frame; it pads none, having `SQLITE_IOCAP_POWERSAFE_OVERWRITE`, its default). So a
 * frame that goes on from the checksum of a commit frame was written when that transaction, and all before it, had reached
 * the disk. Where such a pair stands behind the first frame that cannot be read, what was committed was altered since. Frames
 * of a transaction whose sync failed, and that another was then written over, make no such pair: what follows behind the
 * seam goes on from none of its commits. The head is synced before any frame is written (`walFrames` in SQLite's wal.c,
 * `syncHeader`), so one that says nothing with frames behind it was altered too.
 *
 * Bytes altered in the last transaction look like those that a power cut leaves, and are taken for it.
 */
import {
  FRAME_HEAD_BYTES,
  frameAt,
  HEAD_BYTES,
  isSplit,
  LEAST_PAGE_BYTES,
  LogFrame,
  type LogHead,
  readHead,
} from './log-frame.js';
import type { LogSum } from './log-sum.js';

export interface LogBytes {
  readonly size: number;
  /** Stands until the next call; shorter where there is no more. The first byte lies on a word's boundary. */
  read(at: number, length: number): Uint8Array;
}

export interface LogWalk {
  /** In the file, whole. */
  readonly frames: number;
  /** The first that SQLite does not read, from 0; null where it reads all. */
  readonly firstBad: number | null;
  /** How that begins, by which it is known again. */
  readonly badHead: Uint8Array | null;
  /** Whether it cannot be read because it was altered. */
  readonly isAltered: boolean;
  /** Frames up to the last commit that is known to have been one. */
  readonly committed: number;
}

export type LogVerdict =
  | { readonly kind: 'sound' }
  /** `head`: of the log, and of the frame that is the first one SQLite does not read. */
  | { readonly kind: 'head-altered'; readonly head: Uint8Array }
  | { readonly kind: 'frames-altered'; readonly head: Uint8Array; readonly walk: LogWalk };

export function judgeLog(log: LogBytes): LogVerdict {
  if (log.size < HEAD_BYTES + FRAME_HEAD_BYTES + LEAST_PAGE_BYTES) return { kind: 'sound' };
  const head = log.read(0, HEAD_BYTES).slice();
  const read = readHead(head);
  if (read === null) return { kind: 'head-altered', head };
  const walk = walkLog(log, read);
  return walk.isAltered ? { kind: 'frames-altered', head, walk } : { kind: 'sound' };
}

interface Before {
  /** Null where its salts are not the head's, and its checksum goes on from nothing. */
  readonly frame: LogFrame | null;
  readonly at: number;
  readonly isWhole: boolean;
  readonly starts: readonly LogSum[];
}

export function walkLog(log: LogBytes, head: LogHead): LogWalk {
  const size = FRAME_HEAD_BYTES + head.pageBytes;
  let frames = Math.max(0, Math.floor((log.size - HEAD_BYTES) / size));
  let firstBad: number | null = null;
  let badHead: Uint8Array | null = null;
  let isAltered = false;
  let committed = 0;
  /** Whether each frame since `committed` follows on. */
  let isRun = true;
  let starts = head.sums;
  let before: Before | null = null;
  for (let index = 0; index < frames; index++) {
    const at = frameAt(index, head);
    const bytes = log.read(at, size);
    if (bytes.length < size) {
      frames = index;
      break;
    }
    const frame = new LogFrame(bytes, head.isBigEndian);
    const hasSalts = frame.has(head.salts);
    // Of the many that the log's last round has left the checksum is not asked.
    const isWhole = (hasSalts || firstBad === null) && frame.follows(starts);
    if (hasSalts && isWhole) {
      if (!isRun && before !== null && wasCommit(before, frame)) {
        isAltered = true;
        isRun = true;
        committed = index;
      }
      if (isRun && frame.isCommit) committed = index + 1;
    } else {
      isRun = false;
      if (firstBad === null) badHead = bytes.slice(0, FRAME_HEAD_BYTES);
      firstBad ??= index;
    }
    if (isRun) before = null;
    else before = { frame: hasSalts || isWhole ? frame.copy() : null, at, isWhole, starts };
    starts = startsBehind(frame, hasSalts && !isWhole ? starts : []);
  }
  return { frames, firstBad, badHead, isAltered, committed };
}

/** What the next frame may go on from: the checksum as it stands, or as it would have to be, of whichever was altered. */
export function startsBehind(frame: LogFrame, starts: readonly LogSum[]): readonly LogSum[] {
  return [frame.stored, ...starts.slice(0, 2).map((start) => frame.sumBehind(start))];
}

/** Whether the frame before `next`, which follows on it, is known to have been a transaction's last. */
function wasCommit({ frame, at, isWhole, starts }: Before, next: LogFrame): boolean {
  if (frame === null) return false;
  const isNextOfStored = next.follows([frame.stored]);
  // Its checksum alone was altered, or nothing of what that is over.
  if (isWhole || !isNextOfStored) return frame.isCommit;
  // A sector was written whole: beside the checksum that the next goes on from stands what was written with it.
  if (frame.isCommit && !isSplit(at)) return true;
  const mended = frame.mended(starts);
  return mended.length > 0 && mended.every(({ isCommit }) => isCommit);
}
