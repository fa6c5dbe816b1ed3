import { describe, expect, it } from '@jest/globals';
import {
  decodeHeader,
  encodeHeader,
  headerHash,
  type NetworkName,
  network,
} from '../../../src/bitcoin/index.js';
import { fromDisplayHex, fromHex, toDisplayHex, toHex } from '../../../src/lib/index.js';
import { readVectors } from '../../read-vectors.js';

const MERKLE_2009 = '4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b';

// Bitcoin Core, src/kernel/chainparams.cpp: CreateGenesisBlock(time, nonce, bits, version 1) of each network.
const GENESIS: readonly (readonly [NetworkName, number, number, number, string])[] = [
  ['mainnet', 1231006505, 2083236893, 0x1d00ffff, MERKLE_2009],
  [
    'testnet4',
    1714777860,
    393743547,
    0x1d00ffff,
    '7aa0a7ae1e223414cb807e40cd57e667b718e42aaf9306db9102fe28912b7b4e',
  ],
  ['signet', 1598918400, 52613770, 0x1e0377ae, MERKLE_2009],
  ['regtest', 1296688602, 2, 0x207fffff, MERKLE_2009],
];

const { mainnet, testnet3 } = readVectors<{
  readonly mainnet: readonly { readonly hash: string; readonly header: string }[];
  readonly testnet3: readonly { readonly hash: string; readonly header: string }[];
}>('blocks');

describe('block headers', () => {
  it.each(GENESIS)(
    'of the %s genesis block hash to what the network table holds',
    (name, time, nonce, bits, root) => {
      const header = {
        version: 1,
        prevHash: new Uint8Array(32),
        merkleRoot: fromDisplayHex(root),
        time,
        bits,
        nonce,
      };
      expect(toDisplayHex(headerHash(header))).toBe(toDisplayHex(network(name).genesisHash));
    },
  );

  it.each([...mainnet, ...testnet3])('of $hash read, write and hash', ({ hash, header }) => {
    const decoded = decodeHeader(fromHex(header));
    expect(toHex(encodeHeader(decoded))).toBe(header);
    expect(toDisplayHex(headerHash(decoded))).toBe(hash);
  });

  it.each([0, 79, 81])('of %d bytes are refused', (length) => {
    expect(() => decodeHeader(new Uint8Array(length))).toThrow(
      expect.objectContaining({ code: 'HEADER_LENGTH' }),
    );
  });
});
