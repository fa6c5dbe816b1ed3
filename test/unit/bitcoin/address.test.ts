import { describe, expect, it } from '@jest/globals';
import {
  AddressError,
  decodeAddress,
  encodeAddress,
  type NetworkName,
  network,
  networks,
} from '../../../src/bitcoin/index.js';
import { fromHex, toHex } from '../../../src/lib/index.js';
import { readVectors } from '../../read-vectors.js';

interface SegwitLists {
  readonly valid: readonly (readonly [string, string])[];
  readonly invalid: readonly (readonly [string, string])[];
}

const vectors = readVectors<{
  readonly bip173: SegwitLists;
  readonly bip350: SegwitLists;
  readonly base58: readonly {
    readonly address: string;
    readonly type: string;
    readonly networks: readonly NetworkName[];
    readonly script: string;
  }[];
}>('addresses');

function codeOf(text: string, name: NetworkName): string {
  try {
    return decodeAddress(text, network(name)).type;
  } catch (error) {
    if (error instanceof AddressError) return error.code;
    throw error;
  }
}

/** The network of a segwit address's prefix. */
function home(address: string): NetworkName {
  return address.toLowerCase().startsWith('bc1') ? 'mainnet' : 'testnet4';
}

describe('segwit addresses (BIP350, which replaces BIP173 for version 1 and above)', () => {
  it.each(vectors.bip350.valid)('%s is %s, or a script no wallet spends', (address, script) => {
    const spendable = /^(0014|0020|5120)/.test(script);
    if (!spendable) {
      expect(codeOf(address, home(address))).toBe('ADDRESS_UNSUPPORTED');
      return;
    }
    const decoded = decodeAddress(address, network(home(address)));
    expect(toHex(decoded.script)).toBe(script);
    expect(decoded.type).toBe({ '0014': 'p2wpkh', '0020': 'p2wsh', '5120': 'p2tr' }[script.slice(0, 4)]);
    expect(encodeAddress(decoded.script, network(home(address)))).toBe(address.toLowerCase());
  });

  it.each(vectors.bip350.invalid)('%s is refused: %s', (address, reason) => {
    const wanted = reason.startsWith('Invalid checksum') ? 'ADDRESS_CHECKSUM' : 'ADDRESS_MALFORMED';
    expect(codeOf(address, home(address))).toBe(wanted);
  });

  it.each(vectors.bip173.valid)('%s of BIP173 is accepted for version 0 only', (address, script) => {
    // Versions 1 and above were bech32 there; BIP350 refuses that checksum.
    expect(codeOf(address, home(address))).toBe(
      { '0014': 'p2wpkh', '0020': 'p2wsh' }[script.slice(0, 4)] ?? 'ADDRESS_CHECKSUM',
    );
  });

  it.each(vectors.bip173.invalid)('%s of BIP173 is refused: %s', (address) => {
    expect(codeOf(address, home(address))).toMatch(/^ADDRESS_(CHECKSUM|MALFORMED)$/);
  });

  it('of the BIP341 wallet vectors are p2tr', () => {
    const address = 'bc1p2wsldez5mud2yam29q22wgfh9439spgduvct83k3pm50fcxa5dps59h4z5';
    const decoded = decodeAddress(address, network('mainnet'));
    expect(decoded.type).toBe('p2tr');
    expect(toHex(decoded.script)).toBe(
      '512053a1f6e454df1aa2776a2814a721372d6258050de330b3c6d10ee8f4e0dda343',
    );
  });

  it('detect every single wrong character', () => {
    const address = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';
    expect(codeOf(address, 'regtest')).toBe('p2wpkh');
    for (let at = 5; at < address.length; at++) {
      for (const character of 'qpzry9x8gf2tvdw0s3jn54khce6mua7l') {
        if (character === address[at]) continue;
        const wrong = address.slice(0, at) + character + address.slice(at + 1);
        expect(codeOf(wrong, 'regtest')).toBe('ADDRESS_CHECKSUM');
      }
    }
  });
});

describe('base58 addresses', () => {
  it.each(vectors.base58)('$address is $type on $networks', ({ address, type, networks: names, script }) => {
    for (const name of names) {
      const decoded = decodeAddress(address, network(name));
      expect([decoded.type, toHex(decoded.script)]).toEqual([type, script]);
      expect(encodeAddress(decoded.script, network(name))).toBe(address);
    }
  });

  it('with a wrong character, a missing one or an extra leading zero are refused', () => {
    expect(codeOf('1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb', 'mainnet')).toBe('ADDRESS_CHECKSUM');
    expect(codeOf('1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfN', 'mainnet')).toBe('ADDRESS_CHECKSUM');
    expect(codeOf('11A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa', 'mainnet')).toBe('ADDRESS_MALFORMED');
    expect(codeOf('1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfN0', 'mainnet')).toBe('ADDRESS_MALFORMED');
  });

  it('of a version byte no network has are refused', () => {
    // Litecoin's 0x30: base58check of 30 ‖ twenty zero bytes.
    expect(codeOf('LKDxGDJq5fF4FohAB8zJH24mDDNHDNtqsE', 'mainnet')).toBe('ADDRESS_MALFORMED');
  });
});

describe('an address of another network', () => {
  it('is refused, naming the network it belongs to and the one wanted', () => {
    const refusal = (text: string, name: NetworkName): unknown => {
      try {
        return decodeAddress(text, network(name));
      } catch (error) {
        return error;
      }
    };
    expect(refusal('1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa', 'regtest')).toMatchObject({
      code: 'ADDRESS_WRONG_NETWORK',
      message: expect.stringMatching(/mainnet address.*this is regtest/),
    });
    expect(refusal('bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080', 'mainnet')).toMatchObject({
      code: 'ADDRESS_WRONG_NETWORK',
      message: expect.stringMatching(/regtest address.*this is mainnet/),
    });
    expect(refusal('tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx', 'mainnet')).toMatchObject({
      code: 'ADDRESS_WRONG_NETWORK',
      data: { belongsTo: ['testnet4', 'signet'], wanted: 'mainnet' },
    });
  });

  it.each(networks)('never happens to an address written for $name itself', (own) => {
    for (const script of [
      `76a914${'11'.repeat(20)}88ac`,
      `a914${'22'.repeat(20)}87`,
      `0014${'33'.repeat(20)}`,
      `0020${'44'.repeat(32)}`,
      `5120${'55'.repeat(32)}`,
    ]) {
      const address = encodeAddress(fromHex(script), own);
      expect(toHex(decodeAddress(address ?? '', own).script)).toBe(script);
    }
  });
});

describe('decodeAddress', () => {
  it.each(['', ' ', '1', 'bc1', 'bc1q', 'satoshi', '1'.repeat(5000), 'bc1'.repeat(40), 'bc1é', '１Ａ'])(
    'refuses %j',
    (text) => {
      expect(codeOf(text, 'mainnet')).toBe('ADDRESS_MALFORMED');
    },
  );
});

describe('encodeAddress', () => {
  it.each([
    '',
    '00',
    '6a',
    '51',
    '5114',
    `0015${'00'.repeat(21)}`,
    `5114${'00'.repeat(20)}`,
    `5220${'00'.repeat(32)}`,
  ])('has no address for the script %j', (script) => {
    expect(encodeAddress(fromHex(script), network('mainnet'))).toBeNull();
  });
});
