import { describe, expect, it } from '@jest/globals';
import { opReturn, pushHeight } from '../../../src/bitcoin/index.js';
import { fromHex, toHex } from '../../../src/lib/index.js';

describe('pushHeight (BIP34)', () => {
  it.each([
    // `CScript() << n`: OP_0, OP_1 … OP_16, then little-endian with room for a sign bit.
    [0, '00'],
    [1, '51'],
    [16, '60'],
    [17, '0111'],
    [127, '017f'],
    [128, '028000'],
    [255, '02ff00'],
    [256, '020001'],
    [32_767, '02ff7f'],
    [32_768, '03008000'],
    [8_388_607, '03ffff7f'],
    [8_388_608, '0400008000'],
    [2_147_483_647, '04ffffff7f'],
    // Coinbases on the chain: 300025 = 0x0493f9, 482683 = 0x075d7b (test/vectors/blocks.json).
    [300_025, '03f99304'],
    [482_683, '037b5d07'],
    // BIP34's activation block, 227931 = 0x037a5b.
    [227_931, '035b7a03'],
  ])('spells %d as %s', (height, hex) => {
    expect(toHex(pushHeight(height))).toBe(hex);
  });
});

describe('opReturn', () => {
  it('is OP_RETURN and one push', () => {
    expect(toHex(opReturn(fromHex('4f524331')))).toBe('6a044f524331');
  });
});
