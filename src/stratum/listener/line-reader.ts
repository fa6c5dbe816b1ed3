/**
 * Bytes of a socket into lines, one asked for at a time, because how long a line may be changes with the login. Each
 * byte is one character: see `json-text.ts`.
 */
import { CodedError } from '../../lib/index.js';

export class LineError extends CodedError<'LINE_TOO_LONG'> {}

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

export class LineReader {
  private buffer: Buffer = Buffer.alloc(0);
  private at = 0;

  push(chunk: Buffer): void {
    const rest = this.buffer.subarray(this.at);
    this.buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    this.at = 0;
  }

  /**
   * The next whole line without its end; null when there is none yet. Throws `LineError` for a line, finished or
   * not, of more than `maxBytes`.
   */
  next(maxBytes: number): string | null {
    const end = this.buffer.indexOf(NEWLINE, this.at);
    const length = (end < 0 ? this.buffer.length : end) - this.at;
    if (length > maxBytes) throw new LineError('LINE_TOO_LONG', `a line has more than ${maxBytes} bytes`);
    if (end < 0) return null;
    const from = this.at;
    this.at = end + 1;
    return this.buffer.toString('latin1', from, this.buffer[end - 1] === CARRIAGE_RETURN ? end - 1 : end);
  }
}
