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

// RFC 6234, section 8.5, SHA-256: tests 3, 4, 6, 8 and 10.
const RFC_6234: readonly (readonly [Uint8Array, string])[] = [
  [utf8('a'.repeat(1_000_000)), 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0'],
  [utf8('01234567'.repeat(80)), '594847328451bdfa85056225462cc1d867d877fb388df0ce35f25ab5562bfbb5'],
  [fromHex('19'), '68aa2e2ee5dff96e3355e6c7ee373e3d6a4e17f75f9518d843709c0c9bc3e3d4'],
  [
    fromHex('e3d72570dcdd787ce3887ab2cd684652'),
    '175ee69b02ba9b58e2b0a5fd13819cea573f3940a94f825128cf4209beabb4e8',
  ],
  [
    fromHex(
      '8326754e2277372f4fc12b20527afef04d8a056971b11ad57123a7c137760000d7bef6f3c1f7a9083aa39d810db310777dab8b1e7f02b84a26c773325f8b2374de7a4b5a58cb5c5cf35bcee6fb946e5bd694fa593a8beb3f9d6592ecedaa66ca82a29d0c51bcf9336230e5d784e4c0a43f8d79a30a165cbabe452b774b9c7109a97d138f129228966f6c0adc106aad5a9fdd30825769b2c671af6759df28eb393d54d6',
    ),
    '97dbca7df46d62c8a422c941dd7e835b8ad3361763f7e9b2d95f4f0da6e1ccbc',
  ],
];

describe.each([
  ['node', node],
  ['portable', portable],
])('#sha256 (%s)', (_name, implementation) => {
  it.each(VECTORS)('hashes "%s" as FIPS 180-4 says', (message, digest) => {
    expect(toHex(implementation.sha256(utf8(message)))).toBe(digest);
  });

  it.each(RFC_6234)('hashes messages of RFC 6234 as it says (%#)', (message, digest) => {
    expect(toHex(implementation.sha256(message))).toBe(digest);
  });

  it('agrees with OpenSSL at every length around the block and padding edges, once and twice', () => {
    for (let length = 0; length <= 600; length++) {
      const data = Uint8Array.from({ length }, (_, i) => (i * 131 + length) & 0xff);
      expect(toHex(implementation.sha256(data))).toBe(hash('sha256', data, 'hex'));
      expect(toHex(implementation.sha256d(data))).toBe(hash('sha256', hash('sha256', data, 'buffer'), 'hex'));
    }
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
