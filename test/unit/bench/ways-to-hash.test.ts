import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { toDisplayHex, toHex } from '../../../src/lib/index.js';
import { streamHasher } from '../../bench/openssl-hashers.js';
import { WAYS_TO_HASH } from '../../bench/ways-to-hash.js';
import { coinbases, shares, templates } from '../lib/hashers.js';
import { BLOCKS, jobOfBlock } from '../mining/block-jobs.js';

// A way that hashes something else would be faster, or slower, for nothing.
describe.each(Object.entries(WAYS_TO_HASH))('%s, measured by the bench,', (_name, hashOf) => {
  it.each(BLOCKS)('hashes block $height to its hash, wherever its coinbase is cut', (block) => {
    for (let at = 0; at + 12 <= block.coinbase.length / 2; at++) {
      const { job, share } = jobOfBlock(block, at);
      expect(toDisplayHex(hashOf(job.template)(job, share))).toBe(block.hash);
    }
  });

  it('hashes as OpenSSL does at every length around the block and padding edges', () => {
    const template = { prevHash: new Uint8Array(32).fill(3), bits: 1, branch: [new Uint8Array(32).fill(4)] };
    const share = { extranonce: new Uint8Array(12).fill(5), version: 6, time: 7, nonce: 8 };
    const hash = hashOf(template);
    for (let length = 0; length <= 260; length++) {
      const coinbase = { prefix: new Uint8Array(length).fill(9), suffix: new Uint8Array(1) };
      expect(toHex(hash(coinbase, share))).toBe(toHex(streamHasher.hash(coinbase, template, share)));
    }
  });

  it('hashes as OpenSSL does whatever it is given', () => {
    fc.assert(
      fc.property(coinbases, templates, shares, (coinbase, template, share) => {
        const expected = toHex(streamHasher.hash(coinbase, template, share));
        expect(toHex(hashOf(template)(coinbase, share))).toBe(expected);
      }),
    );
  });
});
