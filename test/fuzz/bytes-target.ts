/**
 * An input's bytes against what reads them first: the line reader, the request parser and the PROXY header. How bytes
 * were cut makes no difference, no line is above its cap, an id comes back as it was, and nothing is thrown but what
 * is thrown on purpose.
 */
import { errorCode } from '../../src/lib/index.js';
import { parseFrame } from '../../src/stratum/agent/frame.js';
import { DEFAULT_LIMITS } from '../../src/stratum/index.js';
import { LineReader } from '../../src/stratum/listener/line-reader.js';
import {
  LONGEST_HEADER,
  type ProxyHeader,
  readProxyHeader,
} from '../../src/stratum/transport/proxy-header.js';
import { parseMessage } from '../../src/stratum/v1/request.js';
import { readLine } from './answers-owed.js';
import { check, findingOf } from './finding.js';
import { type Input, segmentsOf } from './input.js';
import type { Target } from './target.js';

const CAP = DEFAULT_LIMITS.lineBytesBeforeLogin;
const NEWLINE = 0x0a;
/** What begins so is a farm agent's frame, and nothing where there is none. */
const BINARY = '\x7f';

export class BytesTarget implements Target {
  readonly name = 'bytes';

  async judge({ steps }: Input): Promise<void> {
    const said = steps.flatMap((step) => ('say' in step ? [step] : []));
    const segments = said.flatMap(({ say, cuts }) => segmentsOf(say, cuts));
    const whole = Buffer.concat(segments);
    for (const takesFrames of [false, true]) {
      const lines = linesOf(segments, takesFrames);
      const together = linesOf([whole], takesFrames);
      check(same(lines, together), 'reading', 'the bytes give other lines in one segment than in many');
      const expected = expectedLines(whole, takesFrames);
      check(same(lines, expected), 'reading', 'the bytes give other lines than they hold');
      for (const line of lines) {
        if (line.startsWith(BINARY)) parseFrame(line);
        else if (line !== '') readMessage(line);
      }
    }
    readHeader(whole);
  }

  async rest(): Promise<void> {}
  async close(): Promise<void> {}
}

function same(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((line, i) => line === other[i]);
}

/** Up to the first that the reader refuses. */
function linesOf(segments: readonly Buffer[], takesFrames: boolean): string[] {
  const reader = new LineReader();
  const next = (): string | null => reader.next(CAP, takesFrames);
  const lines: string[] = [];
  try {
    for (const segment of segments) {
      reader.push(segment, 0);
      for (let line = next(); line !== null; line = next()) {
        check(line.length <= CAP, 'reading', `a line of ${line.length} bytes, above ${CAP}`);
        lines.push(line);
      }
      check(
        reader.pendingBytes <= CAP,
        'leak',
        `${reader.pendingBytes} bytes of a line above its cap are kept`,
      );
    }
  } catch (error) {
    const code = errorCode(error);
    if (code !== 'LINE_TOO_LONG' && code !== 'LINE_BINARY') throw findingOf(error);
  }
  return lines;
}

/** The same by other means. */
function expectedLines(bytes: Buffer, takesFrames: boolean): string[] {
  const lines: string[] = [];
  let from = 0;
  for (;;) {
    if (bytes[from] === BINARY.charCodeAt(0)) {
      const length = bytes.length - from < 4 ? 0 : bytes.readUInt16LE(from + 2);
      if (!takesFrames || length < 4 || length > CAP || from + length > bytes.length) return lines;
      lines.push(bytes.toString('latin1', from, from + length));
      from += length;
      continue;
    }
    const end = bytes.indexOf(NEWLINE, from);
    if (end < 0 || end - from > CAP) return lines;
    lines.push(bytes.subarray(from, end).toString('latin1').replace(/\r$/, ''));
    from = end + 1;
  }
}

function readMessage(line: string): void {
  const { owes, id } = readLine(line);
  try {
    const message = parseMessage(line);
    check(owes !== 'end', 'reading', `what is no JSON object is read: ${line.slice(0, 300)}`);
    if (message.kind === 'reply') {
      check(owes === 'nothing', 'reading', `a request is taken for an answer: ${line.slice(0, 300)}`);
      return;
    }
    check(Array.isArray(message.params), 'reading', `no list of parameters from ${line.slice(0, 300)}`);
    const isId = message.id === 'null' || line.includes(message.id);
    const isRight = isId && JSON.stringify(JSON.parse(message.id)) === JSON.stringify(id);
    check(isRight, 'reading', `the id ${message.id.slice(0, 100)} is read from ${line.slice(0, 300)}`);
  } catch (error) {
    if (errorCode(error) !== 'REQUEST_NOT_JSON') throw findingOf(error);
    check(owes === 'end', 'reading', `JSON is not read: ${line.slice(0, 300)}`);
  }
}

/** A header may be asked for with each byte that comes; its verdict comes once and stays. */
function readHeader(bytes: Buffer): void {
  let verdict: ProxyHeader = { kind: 'more' };
  for (let length = 0; length <= Math.min(bytes.length, LONGEST_HEADER + 20); length++) {
    const now = readProxyHeader(bytes.subarray(0, length));
    const stays = now.kind === verdict.kind && lengthOf(now) === lengthOf(verdict);
    check(
      verdict.kind === 'more' || stays,
      'reading',
      `after ${length} bytes a PROXY header is ${JSON.stringify(now)}`,
    );
    if (now.kind === 'header') {
      check(
        now.length <= Math.min(length, LONGEST_HEADER),
        'reading',
        `a PROXY header of ${now.length} bytes`,
      );
    }
    verdict = now;
  }
  const isOver = bytes.length > LONGEST_HEADER && verdict.kind === 'more';
  check(!isOver, 'hang', 'a PROXY header never ends');
}

function lengthOf(header: ProxyHeader): number {
  return header.kind === 'header' ? header.length : 0;
}
