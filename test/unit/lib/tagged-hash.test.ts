import { describe, expect, it } from '@jest/globals';
import { concatBytes, fromHex, taggedHash, toHex } from '../../../src/lib/index.js';

describe('taggedHash', () => {
  it('hashes a script leaf and a key tweak as the wallet vectors of BIP341 say', () => {
    // bip-0341/wallet-test-vectors.json, second case: leaf version 0xc0 ‖ script length 0x22 ‖ script.
    const script = fromHex('20d85a959b0290bf19bb89ed43c916be835475d013da4b362117393e25a48229b8ac');
    const leaf = taggedHash('TapLeaf')(concatBytes(Uint8Array.of(0xc0, script.length), script));
    expect(toHex(leaf)).toBe('5b75adecf53548f3ec6ad7d78383bf84cc57b55a3127c72b9a2481752dd88b21');
    const internalKey = fromHex('187791b6f712a8ea41c8ecdd0ee77fab3e85263b37e1ec18a3651926b3a6cf27');
    expect(toHex(taggedHash('TapTweak')(concatBytes(internalKey, leaf)))).toBe(
      'cbd8679ba636c1110ea247542cfbd964131a6be84f873f7f3b62a777528ed001',
    );
  });

  it('hashes an empty message under "BIP0340/challenge" as the definition says', () => {
    // python3: t=sha256(b"BIP0340/challenge").digest(); sha256(t+t).hexdigest()
    expect(toHex(taggedHash('BIP0340/challenge')(new Uint8Array(0)))).toBe(
      'c216d352f5818b7b4beacd4ae0a26fe888080823d2a598856661bcd54f1b3713',
    );
  });
});
