/**
 * Bytes of a socket into lines, one asked for at a time, because how long a line may be changes with the login. Each
 * byte is one character: see `json-text.ts`.
 */
import { CodedError } from '../../lib/index.js';

export class LineError extends CodedError<'LINE_TOO_LONG' | 'LINE_BINARY'> {}

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** With it BTCAgent's binary messages begin, which this pool does not speak and which may never have a newline. */
const BINARY = 0x7f;

const EMPTY = Buffer.alloc(0);

export class LineReader {
  private buffer: Buffer = EMPTY;
  private at = 0;
  /** How far `ahead` has looked. */
  private seen = 0;

  /** Bytes that came and were not asked for yet. */
  get pendingBytes(): number {
    return this.buffer.length - this.at;
  }

  push(chunk: Buffer): void {
    const rest = this.buffer.subarray(this.at);
    this.buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    this.moved();
  }

  /** Whole lines that wait for their turn, each once: those that end within so many of the bytes that wait. */
  ahead(bytes: number): string[] {
    const lines: string[] = [];
    const last = this.at + bytes;
    this.seen = Math.max(this.seen, this.at);
    for (;;) {
      const end = this.buffer.indexOf(NEWLINE, this.seen);
      if (end < 0 || end >= last) return lines;
      lines.push(this.buffer.toString('latin1', this.seen, end));
      this.seen = end + 1;
    }
  }

  /**
   * The next whole line without its end; null when there is none yet. Throws `LineError` for a line, finished or
   * not, of more than `maxBytes`, and for what will never be one.
   */
  next(maxBytes: number): string | null {
    const end = this.buffer.indexOf(NEWLINE, this.at);
    const length = (end < 0 ? this.buffer.length : end) - this.at;
    if (length > maxBytes) throw new LineError('LINE_TOO_LONG', `a line has more than ${maxBytes} bytes`);
    if (end < 0) {
      if (this.buffer[this.at] === BINARY) throw new LineError('LINE_BINARY', 'a binary message is no line');
      this.compact();
      return null;
    }
    const from = this.at;
    this.at = end + 1;
    return this.buffer.toString('latin1', from, this.buffer[end - 1] === CARRIAGE_RETURN ? end - 1 : end);
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
    this.at = 0;
  }
}
