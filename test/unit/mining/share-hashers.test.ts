import { describe, expect, it } from '@jest/globals';
import { PackedTemplate, toDisplayHex } from '../../../src/lib/index.js';
import { hashShare } from '../../../src/mining/index.js';
import { HASHERS } from '../lib/hashers.js';
import { BLOCKS, jobOfBlock } from './block-jobs.js';

describe.each(HASHERS)('$name', (hasher) => {
  it.each(BLOCKS)('hashes block $height to its hash, wherever its coinbase is cut', (block) => {
    const out = new Uint8Array(32);
    for (let at = 0; at + 12 <= block.coinbase.length / 2; at++) {
      const { job, share } = jobOfBlock(block, at);
      hasher.hash(job, new PackedTemplate(job.template), share, out);
      expect(toDisplayHex(out)).toBe(block.hash);
    }
  });
});

describe('the hash of a share', () => {
  it.each(BLOCKS)('is that of block $height, in the bytes given for it', (block) => {
    const { job, share } = jobOfBlock(block, 45);
    const out = new Uint8Array(32);
    hashShare(job, share, out);
    expect(toDisplayHex(out)).toBe(block.hash);
  });
});
