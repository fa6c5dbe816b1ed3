import { describe, expect, it } from '@jest/globals';
import { isSpelledLikeShare, LineReader } from '../../../../src/stratum/listener/line-reader.js';

const LONGEST = 8_192;

function readerOf(...chunks: string[]): LineReader {
  const reader = new LineReader();
  for (const chunk of chunks) reader.push(Buffer.from(chunk, 'latin1'), 0);
  return reader;
}

/** Of the next line, and of the next to be looked at. */
function bytes(reader: LineReader): [number, number] {
  return [reader.pending(LONGEST).bytes, reader.pendingAhead(LONGEST).bytes];
}

it('says how long the next line is, with its end, while it comes and when it has', () => {
  const reader = readerOf('');
  expect(bytes(reader)).toEqual([0, 0]);
  reader.push(Buffer.from('x'.repeat(600)), 0);
  expect(bytes(reader)).toEqual([600, 600]);
  reader.push(Buffer.from('y\nzz\n'), 0);
  expect(bytes(reader)).toEqual([602, 602]);
  reader.next(LONGEST, false);
  expect(bytes(reader)).toEqual([3, 3]);
  reader.next(LONGEST, false);
  expect(bytes(reader)).toEqual([0, 0]);
});

it('says how long the next frame is', () => {
  // Command 4, of 6 bytes: a machine that is to be forgotten.
  const frame = '\x7f\x04\x06\x00\x01\x00';
  const reader = readerOf(frame, `${frame}{}\n`);
  expect(reader.pending(LONGEST).bytes).toBe(6);
  expect(reader.next(LONGEST, true)).toBe(frame);
  reader.next(LONGEST, true);
  expect(reader.pending(LONGEST).bytes).toBe(3);
});

it('and how long the next one is that is looked at ahead of its turn', () => {
  const reader = readerOf(`a\n${'b'.repeat(600)}\nc\n`);
  expect(bytes(reader)).toEqual([2, 2]);
  expect(reader.ahead(LONGEST, 1)).toEqual(['a']);
  expect(bytes(reader)).toEqual([2, 601]);
  reader.ahead(LONGEST, 2);
  expect(bytes(reader)).toEqual([2, 0]);
  reader.next(LONGEST, false);
  expect(bytes(reader)).toEqual([601, 0]);
});

const SUBMIT = '{"params":["a.b","1","00","5f","1a"],"id":4,"method":"mining.submit"}';
/** Submit a share, without and with a time; register a machine; set its difficulty. */
const FRAMES = { '\x02': true, '\x03': true, '\x12': true, '\x13': true, '\x01': false, '\x05': false };

it.each<[line: string, isShare: boolean]>([
  [SUBMIT, true],
  ['{"id":4,"method":"mining.authorize","params":["a.b","x"]}', false],
  // Read as what it is when its turn comes, among those that are no shares.
  [SUBMIT.replace('submit', 'sub\\u006dit'), false],
  ['', false],
  ...Object.entries(FRAMES).map(([command, isShare]): [string, boolean] => [
    `\x7f${command}\x06\x00\x01\x00`,
    isShare,
  ]),
])('says of the next line or frame whether it is spelled like a share: %j', (line, isShare) => {
  const whole = line.startsWith('\x7f') ? line : `${line}\n`;
  const reader = readerOf(`a\n${whole}${SUBMIT}\n`);
  reader.next(LONGEST, true);
  expect(reader.pending(LONGEST)).toEqual({ bytes: whole.length, isShare });
  expect(reader.pendingAhead(LONGEST)).toEqual({ bytes: whole.length, isShare });
  expect(isSpelledLikeShare(line)).toBe(isShare);
});

it('looks for that in no line that is longer than it is asked to', () => {
  const reader = readerOf(`${SUBMIT}\n`);
  expect(reader.pending(SUBMIT.length + 1).isShare).toBe(true);
  expect(reader.pending(SUBMIT.length).isShare).toBe(false);
});

describe('the time at which a line came', () => {
  it('is that of its end, whenever it is asked for', () => {
    const reader = new LineReader();
    reader.push(Buffer.from('a\nbb'), 1_000);
    reader.push(Buffer.from('b\nc\n'), 2_000);
    reader.push(Buffer.from('\x7f\x04\x06\x00'), 3_000);
    reader.push(Buffer.from('\x01\x00d\n'), 4_000);
    const came: [string | null, number][] = [];
    for (let i = 0; i < 5; i++) came.push([reader.next(LONGEST, true), reader.cameMs]);
    expect(came).toEqual([
      ['a', 1_000],
      ['bbb', 2_000],
      ['c', 2_000],
      ['\x7f\x04\x06\x00\x01\x00', 4_000],
      ['d', 4_000],
    ]);
  });

  it('is told from others by a tenth of a second, by no more though many come in between', () => {
    const reader = new LineReader();
    for (let i = 0; i < 30; i++) reader.push(Buffer.from(`${i}\n`), 10 * i);
    const came: number[] = [];
    while (reader.next(LONGEST, false) !== null) came.push(reader.cameMs);
    came.forEach((ms, i) => {
      expect(10 * i - ms).toBeGreaterThanOrEqual(0);
      expect(10 * i - ms).toBeLessThan(100);
    });
    expect(came).toHaveLength(30);
  });

  it('is known of a minute of lines that wait, to two seconds', () => {
    const reader = new LineReader();
    for (let i = 0; i < 500; i++) reader.push(Buffer.from(`${i}\n`), 120 * i);
    for (let i = 0; i < 500; i++) {
      reader.next(LONGEST, false);
      const lateMs = reader.cameMs - 120 * i;
      expect(lateMs).toBeGreaterThanOrEqual(-100);
      expect(lateMs).toBeLessThanOrEqual(2_000);
    }
    // And of what comes then as exactly as before.
    for (let i = 0; i < 30; i++) reader.push(Buffer.from(`${i}\n`), 100_000 + 120 * i);
    for (let i = 0; i < 30; i++) {
      reader.next(LONGEST, false);
      expect(reader.cameMs).toBe(100_000 + 120 * i);
    }
  });

  it('is known exactly again behind many that waited, also where there is always the beginning of another line', () => {
    const reader = new LineReader();
    for (let i = 0; i < 500; i++) reader.push(Buffer.from(`${i}\n`), 120 * i);
    reader.push(Buffer.from('begun'), 60_000);
    for (let i = 0; i < 500; i++) reader.next(LONGEST, false);
    for (let i = 0; i < 30; i++) reader.push(Buffer.from(` ${i}\nbegun`), 100_000 + 120 * i);
    for (let i = 0; i < 30; i++) {
      expect(reader.next(LONGEST, false)).toBe(`begun ${i}`);
      expect(reader.cameMs).toBe(100_000 + 120 * i);
    }
  });

  it('is never before its end came where it comes by single bytes, and no more is kept for that', () => {
    const reader = new LineReader();
    for (let i = 0; i < 1_000; i++) reader.push(Buffer.from('x'), 1_000 * i);
    reader.push(Buffer.from('\n'), 2_000_000);
    expect(reader.next(LONGEST, false)).toHaveLength(1_000);
    expect(reader.cameMs).toBe(2_000_000);
    reader.push(Buffer.from('y\n'), 3_000_000);
    reader.next(LONGEST, false);
    expect(reader.cameMs).toBe(3_000_000);
  });
});
