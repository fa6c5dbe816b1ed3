/** A block as the journal is given one. */
import type { TrackedBlock } from '../../../src/bitcoind/index.js';

export const found = (byte: number, foundAtMs: number): TrackedBlock => ({
  hash: new Uint8Array(32).fill(byte),
  height: 100 + byte,
  header: new Uint8Array(80).fill(byte),
  coinbase: new Uint8Array(200).fill(byte),
  templateId: 'aaaaaaaaaaaaaaaa',
  worker: 'bcrt1q.rig',
  foundAtMs,
  state: 'found',
  confirmations: 0,
  reason: null,
  final: false,
  verdicts: new Map(),
});

/**
 * The last bytes of the head of an open block's row that no node has answered to: the serial types of state, confirmations,
 * reason, final and digest (https://www.sqlite.org/fileformat.html#record_format). That of final is the last but one: 8 is
 * the number 0, and 9 the number 1.
 */
export function rowHead(reason: string | null): Uint8Array {
  const [state, zero, digest] = [13 + 2 * 'found'.length, 8, 12 + 2 * 8];
  const text = 13 + 2 * Buffer.byteLength(reason ?? '');
  const ofReason = reason === null ? [0] : text < 128 ? [text] : [128 + (text >> 7), text & 127];
  return Uint8Array.of(state, zero, ...ofReason, zero, digest);
}
