/**
 * Bytes of a socket into lines, one asked for at a time, because how long a line may be changes with the login; and into
 * the frames of a farm agent, which go between lines and are lines to whoever asks, each whole with its head. Each byte is
 * one character: see `json-text.ts`.
 */
import { CodedError } from '../../lib/index.js';
import { FRAME_BYTE, frameLength, HEAD_BYTES, isShareCommand } from '../agent/frame.js';
import { Arrivals } from './arrivals.js';

export class LineError extends CodedError<'LINE_TOO_LONG' | 'LINE_BINARY'> {}

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

const EMPTY = Buffer.alloc(0);
const SUBMIT = 'mining.submit';

/** As far as can be told without reading it, which for some lines takes as long as a share. */
export function isSpelledLikeShare(line: string): boolean {
  return line.charCodeAt(0) === FRAME_BYTE ? isShareCommand(line.charCodeAt(1)) : line.includes(SUBMIT);
}

/** A line or frame that waits, as far as it has come. */
export interface Pending {
  /** With its end. */
  readonly bytes: number;
  readonly isShare: boolean;
}

export class LineReader {
  private buffer: Buffer = EMPTY;
  private at = 0;
  /** How far `ahead` has looked. */
  private seen = 0;
  private readonly arrivals = new Arrivals();

  /** Bytes that came and were not asked for yet. */
  get pendingBytes(): number {
    return this.buffer.length - this.at;
  }

  /** Bytes that are kept for those that wait: all that came with them. */
  get keptBytes(): number {
    return this.buffer.length;
  }

  /** The next one is there to its end. */
  get hasWhole(): boolean {
    return this.endOf(this.at) !== null;
  }

  /** The next one. `looked`: up to so many bytes it is looked whether it is a share. */
  pending(looked: number): Pending {
    return this.pendingFrom(this.at, looked);
  }

  /** The one that `ahead` has next. */
  pendingAhead(looked: number): Pending {
    return this.pendingFrom(Math.max(this.seen, this.at), looked);
  }

  /** When the end of the line or frame came that `next` gave last. */
  get cameMs(): number {
    return this.arrivals.before(this.at);
  }

  push(chunk: Buffer, nowMs: number): void {
    const rest = this.buffer.subarray(this.at);
    this.buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    this.moved();
    this.arrivals.add(this.buffer.length, nowMs);
  }

  /** What was asked for is let go where it is more than what waits: it may wait for long. */
  trim(): void {
    if (this.at > this.pendingBytes) this.compact();
  }

  /** The next whole lines and frames that wait, each once, `most` at most: those that end within so many of the bytes that wait. */
  ahead(bytes: number, most: number): string[] {
    const lines: string[] = [];
    const last = this.at + bytes;
    this.seen = Math.max(this.seen, this.at);
    while (lines.length < most) {
      const end = this.endOf(this.seen);
      if (end === null || end > last) break;
      const isFrame = this.buffer[this.seen] === FRAME_BYTE;
      lines.push(this.buffer.toString('latin1', this.seen, isFrame ? end : end - 1));
      this.seen = end;
    }
    return lines;
  }

  /**
   * The next whole line without its end, or the next whole frame; null when there is none yet. Throws `LineError` for
   * one, finished or not, of more than `maxBytes`, for what will never be one, and for any frame unless `takesFrames`.
   */
  next(maxBytes: number, takesFrames: boolean): string | null {
    if (this.buffer[this.at] === FRAME_BYTE) return this.nextFrame(maxBytes, takesFrames);
    const end = this.buffer.indexOf(NEWLINE, this.at);
    const length = (end < 0 ? this.buffer.length : end) - this.at;
    if (length > maxBytes) throw new LineError('LINE_TOO_LONG', `a line has more than ${maxBytes} bytes`);
    if (end < 0) {
      this.compact();
      return null;
    }
    const from = this.at;
    this.at = end + 1;
    return this.buffer.toString('latin1', from, this.buffer[end - 1] === CARRIAGE_RETURN ? end - 1 : end);
  }

  private nextFrame(maxBytes: number, takesFrames: boolean): string | null {
    if (!takesFrames) throw new LineError('LINE_BINARY', 'a binary message is no line');
    const { at, buffer } = this;
    const length = frameLength(buffer, at);
    if (length !== null && length < HEAD_BYTES) {
      throw new LineError('LINE_BINARY', 'a frame is shorter than its head');
    }
    if (length !== null && length > maxBytes) {
      throw new LineError('LINE_TOO_LONG', `a frame has more than ${maxBytes} bytes`);
    }
    if (length === null || this.pendingBytes < length) {
      this.compact();
      return null;
    }
    this.at = at + length;
    return buffer.toString('latin1', at, this.at);
  }

  private pendingFrom(from: number, looked: number): Pending {
    const { buffer } = this;
    const end = this.endOf(from) ?? buffer.length;
    const bytes = end - from;
    return { bytes, isShare: bytes <= looked && isSpelledLikeShare(buffer.toString('latin1', from, end)) };
  }

  /** Just past what begins at `from`; null where it is not whole, or never will be. */
  private endOf(from: number): number | null {
    if (this.buffer[from] !== FRAME_BYTE) {
      const newline = this.buffer.indexOf(NEWLINE, from);
      return newline < 0 ? null : newline + 1;
    }
    const length = frameLength(this.buffer, from) ?? 0;
    return length < HEAD_BYTES || from + length > this.buffer.length ? null : from + length;
  }

  /** A few bytes of a line to come must not keep the 64 KiB alive that they came in. */
  private compact(): void {
    if (this.at === 0) return;
    const { pendingBytes } = this;
    const rest = pendingBytes === 0 ? EMPTY : Buffer.allocUnsafeSlow(pendingBytes);
    this.buffer.copy(rest, 0, this.at);
    this.buffer = rest;
    this.moved();
  }

  /** What was before `at` is gone. */
  private moved(): void {
    this.seen = Math.max(0, this.seen - this.at);
    this.arrivals.drop(this.at);
    this.at = 0;
  }
}
