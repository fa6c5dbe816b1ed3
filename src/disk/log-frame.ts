/**
 * Head and frames of a SQLite write-ahead log, as bytes (https://www.sqlite.org/fileformat2.html#walformat, section 4.1). All
 * numbers in them are big-endian.
 */
import { alteredBytes, isSameSum, type LogSum, logSum, NO_SUM } from './log-sum.js';

export const HEAD_BYTES = 32;
export const FRAME_HEAD_BYTES = 24;
export const LEAST_PAGE_BYTES = 512;
export const MOST_PAGE_BYTES = 65_536;
export const LOG_VERSION = 3_007_000;
/** Its lowest bit is the byte order of the checksums. */
export const LOG_MAGIC = 0x377f0682;

const SALTS = [8, 16] as const;
/** Of a disk that writes each whole or not at all; of larger ones that is as true. */
const SECTOR_BYTES = 512;

export interface LogHead {
  readonly isBigEndian: boolean;
  readonly pageBytes: number;
  /** Another pair whenever the log begins at its front again. */
  readonly salts: Uint8Array;
  /** Where that of the first frame goes on; where the head itself was altered, which of the two it said is not known. */
  readonly sums: readonly LogSum[];
}

export function wordAt(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at);
}

export function sumAt(bytes: Uint8Array, at: number): LogSum {
  return [wordAt(bytes, at) | 0, wordAt(bytes, at + 4) | 0];
}

/** Null for what SQLite takes for none. A version that is not ours under a right checksum is for SQLite to refuse. */
export function readHead(bytes: Uint8Array): LogHead | null {
  if (bytes.length < HEAD_BYTES) return null;
  const magic = wordAt(bytes, 0);
  const pageBytes = wordAt(bytes, 8);
  const isPage = pageBytes >= LEAST_PAGE_BYTES && pageBytes <= MOST_PAGE_BYTES;
  if ((magic & ~1) !== LOG_MAGIC || !isPage || (pageBytes & (pageBytes - 1)) !== 0) return null;
  const isBigEndian = (magic & 1) === 1;
  const sum = logSum(NO_SUM, bytes.slice(0, 24), isBigEndian);
  if (!isSameSum(sum, sumAt(bytes, 24))) return null;
  return { isBigEndian, pageBytes, salts: bytes.slice(16, 24), sums: [sum] };
}

/** One frame with its page; its checksum is over eight bytes of its head and the page. */
export class LogFrame {
  readonly stored: LogSum;

  constructor(
    readonly bytes: Uint8Array,
    private readonly isBigEndian: boolean,
  ) {
    this.stored = sumAt(bytes, 16);
  }

  get page(): number {
    return wordAt(this.bytes, 0);
  }

  /** Whether it is the last one of a transaction: it says then how many pages the database has. */
  get isCommit(): boolean {
    return wordAt(this.bytes, 4) !== 0;
  }

  get salts(): Uint8Array {
    return this.bytes.subarray(...SALTS);
  }

  has(salts: Uint8Array): boolean {
    return salts.every((byte, at) => byte === this.bytes[SALTS[0] + at]);
  }

  sumBehind(start: LogSum): LogSum {
    const { bytes, isBigEndian } = this;
    const head = logSum(start, bytes.subarray(0, 8), isBigEndian);
    return logSum(head, bytes.subarray(FRAME_HEAD_BYTES), isBigEndian);
  }

  /** Whether its checksum goes on from one of these. */
  follows(starts: readonly LogSum[]): boolean {
    return starts.some((start) => isSameSum(this.sumBehind(start), this.stored));
  }

  /** As it may have been, one byte of what its checksum is over being another: see `alteredBytes`. */
  mended(starts: readonly LogSum[]): LogFrame[] {
    const { bytes, isBigEndian, stored } = this;
    const summed = Buffer.concat([bytes.subarray(0, 8), bytes.subarray(FRAME_HEAD_BYTES)]);
    return starts.flatMap((start) =>
      alteredBytes(start, summed, isBigEndian, stored).map(({ at, was }) => {
        const mended = bytes.slice();
        mended[at < 8 ? at : at + FRAME_HEAD_BYTES - 8] = was;
        return new LogFrame(mended, isBigEndian);
      }),
    );
  }

  /** What stands until the next one is read. */
  copy(): LogFrame {
    return new LogFrame(this.bytes.slice(), this.isBigEndian);
  }
}

/** Where a frame lies; `index` from 0. */
export function frameAt(index: number, { pageBytes }: LogHead): number {
  return HEAD_BYTES + index * (FRAME_HEAD_BYTES + pageBytes);
}

/** Whether a disk may have kept what a frame's head says of its transaction, and not the checksum beside it. */
export function isSplit(at: number): boolean {
  return Math.floor((at + 4) / SECTOR_BYTES) !== Math.floor((at + FRAME_HEAD_BYTES - 1) / SECTOR_BYTES);
}
