import { hash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { fromHex, toHex, utf8 } from '../../../src/lib/index.js';
import * as node from '../../../src/lib/sha256/node.js';
import * as portable from '../../../src/lib/sha256/portable.js';

// FIPS 180-4 examples (NIST CSRC "SHA256.pdf") and the hash of the empty string.
const VECTORS: readonly (readonly [string, string])[] = [
  ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  [
    'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  ],
];

describe.each([
  ['node', node],
  ['portable', portable],
])('#sha256 (%s)', (_name, implementation) => {
  it.each(VECTORS)('hashes "%s" as FIPS 180-4 says', (message, digest) => {
    expect(toHex(implementation.sha256(utf8(message)))).toBe(digest);
  });

  it('hashes the genesis block header to the genesis block hash', () => {
    const header = fromHex(
      '0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c',
    );
    expect(toHex(implementation.sha256d(header).reverse())).toBe(
      '000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f',
    );
  });
});

describe('the portable SHA-256', () => {
  it('agrees with OpenSSL at every length around the block and padding edges', () => {
    for (let length = 0; length <= 200; length++) {
      const data = Uint8Array.from({ length }, (_, i) => (i * 131 + length) & 0xff);
      expect(toHex(portable.sha256(data))).toBe(hash('sha256', data, 'hex'));
    }
  });
});
