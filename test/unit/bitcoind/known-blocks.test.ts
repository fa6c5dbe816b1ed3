import { expect, it } from '@jest/globals';
import type { TrackedBlock } from '../../../src/bitcoind/index.js';
import { KnownBlocks } from '../../../src/bitcoind/known-blocks.js';

const block = (byte: number, state: TrackedBlock['state'] = 'found'): TrackedBlock => ({
  hash: new Uint8Array(32).fill(byte),
  height: byte,
  header: new Uint8Array(80),
  coinbase: new Uint8Array(200),
  templateId: 'aaaaaaaaaaaaaaaa',
  worker: 'bcrt1q.rig',
  foundAtMs: byte,
  state,
  confirmations: 0,
  reason: null,
  final: false,
  verdicts: new Map(),
});

it('knows every block there ever was, and the newest as they stand', () => {
  const known = new KnownBlocks(2);
  const hashes = [1, 2, 3].map((byte) => block(byte).hash);
  known.load({ open: [], recent: [block(3), block(2)], hashes });
  expect(known.recent(9)).toEqual([block(3), block(2)]);
  expect(known.has(block(1).hash)).toBe(true);
  expect(known.has(block(4).hash)).toBe(false);
  known.put(block(4));
  known.put(block(3, 'accepted'));
  // Older than the two that are kept: it is known, and not new.
  known.put(block(1, 'confirmed'));
  expect(known.recent(9)).toEqual([block(4), block(3, 'accepted')]);
  expect(known.recent(1)).toEqual([block(4)]);
  expect(known.has(block(4).hash)).toBe(true);
});
