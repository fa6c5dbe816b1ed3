/**
 * SHA-256 on Node: OpenSSL (`crypto.hash`, Node ≥ 20.12) for long messages; JavaScript for short ones, whose hashing
 * takes less than the call.
 */
import { hash } from 'node:crypto';
import * as portable from './portable.js';

/** Up to here JavaScript is faster, measured on Node 20 and 24; at 64 bytes by half. */
const SHORT_ONCE_BYTES = 128;
const SHORT_TWICE_BYTES = 400;

/** 32 bytes. */
export function sha256(data: Uint8Array): Uint8Array {
  if (data.length <= SHORT_ONCE_BYTES) return portable.sha256(data);
  return new Uint8Array(hash('sha256', data, 'buffer'));
}

/** SHA-256 twice, Bitcoin's hash of headers and transactions. */
export function sha256d(data: Uint8Array): Uint8Array {
  if (data.length <= SHORT_TWICE_BYTES) return portable.sha256d(data);
  return portable.sha256(hash('sha256', data, 'buffer'));
}
