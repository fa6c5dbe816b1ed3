/**
 * A share in 40 bytes, in the log and in a claim's package alike (integers little-endian):
 * job u32 · miner u32 · bits u32 · signature u32 · extranonce 12 · time u32 · nonce u32 · version u32.
 * The first, second and fourth are row numbers of the tables beside it.
 */
import type { Share } from './check-share.js';

export const SHARE_RECORD_BYTES = 40;

export interface ShareRecord extends Share {
  readonly job: number;
  readonly miner: number;
  readonly bits: number;
  readonly signature: number;
}

export function writeShareRecord(record: ShareRecord, into: Uint8Array, at: number): void {
  const view = new DataView(into.buffer, into.byteOffset + at, SHARE_RECORD_BYTES);
  view.setUint32(0, record.job, true);
  view.setUint32(4, record.miner, true);
  view.setUint32(8, record.bits, true);
  view.setUint32(12, record.signature, true);
  into.set(record.extranonce, at + 16);
  view.setUint32(28, record.time, true);
  view.setUint32(32, record.nonce, true);
  view.setUint32(36, record.version, true);
}

/** Reads the record at byte offset `at`; the caller guarantees 40 bytes there. */
export function readShareRecord(from: Uint8Array, at: number): ShareRecord {
  const view = new DataView(from.buffer, from.byteOffset + at, SHARE_RECORD_BYTES);
  return {
    job: view.getUint32(0, true),
    miner: view.getUint32(4, true),
    bits: view.getUint32(8, true),
    signature: view.getUint32(12, true),
    extranonce: from.slice(at + 16, at + 28),
    time: view.getUint32(28, true),
    nonce: view.getUint32(32, true),
    version: view.getUint32(36, true),
  };
}
