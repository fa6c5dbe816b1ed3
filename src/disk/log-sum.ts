/**
 * The checksum that runs through a SQLite write-ahead log (https://www.sqlite.org/fileformat2.html#walformat, section 4.2):
 * two sums of 32-bit words, in the byte order that the log's head names. Each frame's goes on where that of the frame before
 * it ended. It is linear, so what one altered byte does to it can be worked out, and the byte found by it.
 */
import { endianness } from 'node:os';

/** Two words, as signed integers. */
export type LogSum = readonly [number, number];

export const NO_SUM: LogSum = [0, 0];

const HOST_IS_BIG_ENDIAN = endianness() === 'BE';

/** `bytes`: a multiple of eight. */
export function logSum([a, b]: LogSum, bytes: Uint8Array, isBigEndian: boolean): LogSum {
  const words = wordsOf(bytes, isBigEndian);
  let first = a;
  let second = b;
  for (let at = 0; at < words.length; at += 2) {
    first = (first + words[at]! + second) | 0;
    second = (second + words[at + 1]! + first) | 0;
  }
  return [first, second];
}

export function isSameSum(one: LogSum, other: LogSum): boolean {
  return one[0] === other[0] && one[1] === other[1];
}

function wordsOf(bytes: Uint8Array, isBigEndian: boolean): Int32Array {
  const isHosts = isBigEndian === HOST_IS_BIG_ENDIAN;
  const own = isHosts && bytes.byteOffset % 4 === 0 ? bytes : Uint8Array.from(bytes);
  if (!isHosts) Buffer.from(own.buffer).swap32();
  return new Int32Array(own.buffer, own.byteOffset, own.length / 4);
}

export interface AlteredByte {
  readonly at: number;
  /** What it was. */
  readonly was: number;
}

/**
 * The bytes of which one has to be another for the sum over `bytes` to be `expected`. None where more than one was altered,
 * but for a chance of a million in 2⁶⁴. More than one where it is among a word's highest bits: they wander through both sums
 * in few steps, the topmost in three words, the 24th in 384.
 */
export function alteredBytes(
  start: LogSum,
  bytes: Uint8Array,
  isBigEndian: boolean,
  expected: LogSum,
): AlteredByte[] {
  const sum = logSum(start, bytes, isBigEndian);
  const first = (expected[0] - sum[0]) | 0;
  const second = (expected[1] - sum[1]) | 0;
  const found: AlteredByte[] = [];
  // What one more in a word adds to both sums in the end, as Fibonacci numbers.
  let adds: LogSum = [0, 1];
  for (let word = bytes.length - 4; word >= 0; word -= 4) {
    for (let byte = 0; byte < 4; byte++) {
      const unit = 1 << (8 * (isBigEndian ? 3 - byte : byte));
      const is = bytes[word + byte]!;
      for (let was = 0; was < 256; was++) {
        const more = Math.imul(was - is, unit);
        if (Math.imul(more, adds[0]) !== first || Math.imul(more, adds[1]) !== second) continue;
        found.push({ at: word + byte, was });
      }
    }
    adds = [adds[1], (adds[0] + adds[1]) | 0];
  }
  return found;
}
