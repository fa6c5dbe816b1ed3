/** SHA-256 on Node's OpenSSL, one-shot (`crypto.hash`, Node ≥ 20.12). */
import { hash } from 'node:crypto';

/** 32 bytes. */
export function sha256(data: Uint8Array): Uint8Array {
  return new Uint8Array(hash('sha256', data, 'buffer'));
}

/** SHA-256 twice, Bitcoin's hash of headers and transactions. */
export function sha256d(data: Uint8Array): Uint8Array {
  return new Uint8Array(hash('sha256', hash('sha256', data, 'buffer'), 'buffer'));
}
