/** Stratum V1 framing: one JSON object per line, ended by `\n`; TCP cuts and joins lines as it likes. */
import { CodedError } from '../lib/index.js';

export class LineError extends CodedError<'LINE_TOO_LONG'> {}

export class LineSplitter {
  private rest = '';

  /** `maxLength`: characters of an unfinished line kept before giving up on the sender. */
  constructor(private readonly maxLength: number) {}

  /** The lines that are complete with this chunk, without line ends, empty ones left out. Throws `LineError`. */
  push(chunk: string): string[] {
    const lines = (this.rest + chunk).split('\n');
    this.rest = lines.pop()!;
    if (this.rest.length > this.maxLength) {
      throw new LineError('LINE_TOO_LONG', `a line grew beyond ${this.maxLength} characters`);
    }
    return lines
      .map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line))
      .filter((line) => line !== '');
  }
}
