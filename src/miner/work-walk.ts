/**
 * The order in which one thread tries a work's headers. Innermost the nonces of one block; then, as in hardware, the
 * version's rolled bits; then the next block of nonces; then the next extranonce2, of which every thread has its own
 * stripe, so threads never try a header twice between them. The work's time is kept. Pure.
 */
import type { Notify } from './notify.js';
import { buildHeader, rolledVersions, rollVersion } from './work-header.js';

/** What a thread is given to search; plain data, so that it can be posted. */
export interface Work {
  /** Local, never reused: tells a late find from a current one. */
  readonly id: number;
  readonly notify: Notify;
  readonly extranonce1: Uint8Array;
  readonly extranonce2Size: number;
  /** 0: the version is kept. */
  readonly versionMask: number;
  readonly targetLe: Uint8Array;
  /** First extranonce2 of thread 0, and how many threads share the work. */
  readonly extranonce2Start: bigint;
  readonly stripes: number;
}

/** A run of nonces under one header. `header` is reused: the next span may overwrite it. */
export interface Span {
  readonly header: Uint8Array;
  readonly extranonce2: Uint8Array;
  readonly version: number;
  readonly fromNonce: number;
  readonly toNonce: number;
}

/** Big-endian, `size` bytes: the first extranonce2 reads 00…00, the next 00…01, as miners send them. */
export function extranonce2Bytes(value: bigint, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let i = size - 1, rest = value; i >= 0; i--, rest >>= 8n) bytes[i] = Number(rest & 0xffn);
  return bytes;
}

/**
 * Endless until the extranonce2 space (2^(8·size)) is used up. `blockNonces` (a divisor of `nonceSpace`, a multiple
 * of 4) is how many nonces a header gets before the version rolls; `nonceSpace` is 2^32 outside tests.
 */
export function* walkWork(
  work: Work,
  stripe: number,
  blockNonces: number,
  nonceSpace: number = 2 ** 32,
): Generator<Span, void> {
  const { notify } = work;
  const space = 1n << BigInt(8 * work.extranonce2Size);
  const versions = rolledVersions(work.versionMask);
  for (let step = BigInt(stripe); step < space; step += BigInt(work.stripes)) {
    const extranonce2 = extranonce2Bytes((work.extranonce2Start + step) % space, work.extranonce2Size);
    const header = buildHeader(notify, work.extranonce1, {
      extranonce2,
      time: notify.time,
      version: notify.version,
      nonce: 0,
    });
    const view = new DataView(header.buffer);
    for (let fromNonce = 0; fromNonce < nonceSpace; fromNonce += blockNonces) {
      for (let index = 0; index < versions; index++) {
        const version =
          work.versionMask === 0 ? notify.version : rollVersion(notify.version, work.versionMask, index);
        view.setUint32(0, version, true);
        yield { header, extranonce2, version, fromNonce, toNonce: fromNonce + blockNonces };
      }
    }
  }
}
