import { describe, expect, it } from '@jest/globals';
import { network } from '../../../../src/bitcoin/index.js';
import { toHex } from '../../../../src/lib/index.js';
import { parseUsername } from '../../../../src/stratum/session/identity.js';

const MAINNET = network('mainnet');

describe('a username', () => {
  // BIP173's example of a p2wpkh script.
  const SCRIPT = '0014751e76e8199196d454941c45d1b3a323f1433bd6';

  it.each([
    ['bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4', ''],
    ['bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4.rig-1_a', 'rig-1_a'],
    ['bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4.garage.rig1', 'garage.rig1'],
    ['BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4.Rig', 'Rig'],
    ['bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4_rig.2', 'rig.2'],
    ['  bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4 ', ''],
    ['bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4.', ''],
    ['bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4.shed #2 @home', 'shed__2__home'],
    ['bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4.büro.⛏️\n', 'b_ro.__'],
    ['bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4.\ud800<script>', '__script_'],
    [`bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4.${'x'.repeat(65)}`, 'x'.repeat(64)],
  ])('%s pays the address and names the worker "%s"', (username, worker) => {
    const identity = parseUsername(username, MAINNET, 'pool');
    expect(identity).toMatchObject({ address: 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4', worker });
    expect(identity.payout.type === 'bitcoin' && toHex(identity.payout.script)).toBe(SCRIPT);
  });

  it('with a base58 Bitcoin address is that, not a K2 key', () => {
    // The genesis block's address.
    const { payout } = parseUsername('1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa', MAINNET, 'pool');
    expect(payout.type === 'bitcoin' && toHex(payout.script)).toBe(
      '76a91462e907b15cbf27d5425399ebf6f0fb50ebb88f1888ac',
    );
  });

  it.each([
    // Solana's system program and its SPL token program: 32 zero bytes, and a full-length key.
    ['11111111111111111111111111111111', '00'.repeat(32)],
    [
      'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA',
      '06ddf6e1d765a193d9cbe146ceeb79ac1cb485ed5f5b37913a8cf5857eff00a9',
    ],
  ])('with 32 bytes of base58 (%s) is a K2 key', (username, key) => {
    const { payout } = parseUsername(`${username}.rig`, MAINNET, 'pool');
    expect(payout.type === 'k2' && toHex(payout.key)).toBe(key);
  });

  it.each([
    ['', 'USERNAME_EMPTY'],
    ['.rig', 'USERNAME_ADDRESS'],
    ['tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx', 'USERNAME_ADDRESS'],
    ['TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5', 'USERNAME_ADDRESS'],
  ])('"%s" is refused as %s', (username, code) => {
    expect(() => parseUsername(username, MAINNET, 'pool')).toThrow(expect.objectContaining({ code }));
  });

  it('that is a mistyped bech32 address never passes for a K2 key, though base58 can read it', () => {
    // 43 characters without 0 or l: base58 reads exactly 32 bytes.
    const typo = `bc1q${'5'.repeat(39)}`;
    expect(() => parseUsername(typo, MAINNET, 'pool')).toThrow(
      expect.objectContaining({ code: 'USERNAME_ADDRESS' }),
    );
  });
});
