/**
 * SHA-256 on Node: OpenSSL (`crypto.hash`, Node ≥ 20.12) for long messages; JavaScript for short ones, whose hashing
 * takes less than the call; the add-on for shares, where there is one.
 */
import { hash } from 'node:crypto';
import { loadAddOn } from './add-on.js';
import { javascriptHasher } from './javascript-hasher.js';
import * as portable from './portable.js';
import type { AddOnProblem, ShareHasher } from './share-hasher.js';

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

const loaded = loadAddOn('./share-hash.node');

export const shareHasher: ShareHasher = loaded.hasher ?? javascriptHasher;

/** Why shares are hashed without the add-on; null when they are hashed by it. */
export const addOnProblem: AddOnProblem | null = loaded.problem;
