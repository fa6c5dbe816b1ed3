/**
 * `mining.notify` as data. Its quirk: the previous block's hash travels with the bytes of each of its eight 4-byte
 * words reversed, an inheritance of getwork; every other field is plain hex. Malformed fields are refused here, so
 * nothing behind this border checks them again.
 */
import { CodedError, errorMessage, fromHex } from '../lib/index.js';

export class NotifyError extends CodedError<'NOTIFY_MALFORMED'> {}

export interface Notify {
  readonly jobId: string;
  /** 32 bytes, internal order, as in the header. */
  readonly prevHash: Uint8Array;
  /** The coinbase before and after the extranonce, without witness. */
  readonly coinbase1: Uint8Array;
  readonly coinbase2: Uint8Array;
  /** Sibling hashes from the coinbase up, internal order. */
  readonly branch: readonly Uint8Array[];
  readonly version: number;
  readonly bits: number;
  readonly time: number;
  readonly cleanJobs: boolean;
}

/** Reverses the bytes of each 4-byte word; its own inverse. `bytes.length` is a multiple of 4. */
export function swapWords(bytes: Uint8Array): Uint8Array {
  return bytes.map((_, i) => bytes[i - (i % 4) + 3 - (i % 4)]!);
}

/** Exactly 8 hex digits, most significant first (what cpuminer insists on too). */
export function parseUint32(hex: string): number {
  const bytes = fromHex(hex, 4);
  return new DataView(bytes.buffer).getUint32(0);
}

export function uint32Hex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}

/** Throws `NotifyError`. `params` is whatever stood in the message. */
export function parseNotify(params: unknown): Notify {
  if (!Array.isArray(params) || params.length < 9) {
    throw new NotifyError('NOTIFY_MALFORMED', 'mining.notify needs nine parameters');
  }
  const [jobId, prevHash, coinbase1, coinbase2, branch, version, bits, time, cleanJobs] = params as unknown[];
  const text = (value: unknown, name: string): string => {
    if (typeof value !== 'string') throw new NotifyError('NOTIFY_MALFORMED', `${name} is not a string`);
    return value;
  };
  if (!Array.isArray(branch)) throw new NotifyError('NOTIFY_MALFORMED', 'the merkle branch is not an array');
  if (typeof cleanJobs !== 'boolean') {
    throw new NotifyError('NOTIFY_MALFORMED', 'clean_jobs is not true or false');
  }
  try {
    return {
      jobId: text(jobId, 'the job id'),
      prevHash: swapWords(fromHex(text(prevHash, 'the previous hash'), 32)),
      coinbase1: fromHex(text(coinbase1, 'coinb1')),
      coinbase2: fromHex(text(coinbase2, 'coinb2')),
      branch: branch.map((hash: unknown) => fromHex(text(hash, 'a branch hash'), 32)),
      version: parseUint32(text(version, 'the version')),
      bits: parseUint32(text(bits, 'nbits')),
      time: parseUint32(text(time, 'ntime')),
      cleanJobs,
    };
  } catch (error) {
    if (error instanceof NotifyError) throw error;
    throw new NotifyError('NOTIFY_MALFORMED', `mining.notify: ${errorMessage(error)}`, {}, error);
  }
}
