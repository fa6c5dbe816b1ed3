import { describe, expect, it } from '@jest/globals';
import { type NetworkName, network } from '../../../src/bitcoin/index.js';
import { fromDisplayHex } from '../../../src/lib/index.js';
import { emptyTemplate, subsidySats } from '../../../src/mining/index.js';

describe('the subsidy', () => {
  it.each<[NetworkName, number, bigint]>([
    ['mainnet', 0, 5_000_000_000n],
    ['mainnet', 209_999, 5_000_000_000n],
    ['mainnet', 210_000, 2_500_000_000n],
    ['mainnet', 840_000, 312_500_000n],
    // 50 · 10⁸ / 2³² = 1.16 sats, the last satoshi; a halving later there is none.
    ['mainnet', 32 * 210_000, 1n],
    ['mainnet', 33 * 210_000, 0n],
    ['mainnet', 64 * 210_000, 0n],
    ['mainnet', 2 ** 31 - 1, 0n],
    ['testnet4', 210_000, 2_500_000_000n],
    ['signet', 209_999, 5_000_000_000n],
    ['regtest', 149, 5_000_000_000n],
    ['regtest', 150, 2_500_000_000n],
    ['regtest', 300, 1_250_000_000n],
  ])('of %s at height %d is %d sats', (name, height, sats) => {
    expect(subsidySats(height, network(name).halvingBlocks)).toBe(sats);
  });

  it('adds up to what there will ever be: 20,999,999.9769 BTC', () => {
    let sum = 0n;
    for (let halving = 0; halving < 64; halving++) {
      sum += 210_000n * subsidySats(halving * 210_000, 210_000);
    }
    expect(sum).toBe(2_099_999_997_690_000n);
  });
});

describe('an empty template', () => {
  const tip = (height: number, bits = 0x17034219) => ({
    hash: fromDisplayHex(`00000000000000000${'b'.repeat(47)}`),
    height,
    bits,
    medianTime: 1_700_000_000,
  });
  const on = (name: NetworkName, height: number, bits?: number, nowSeconds = 1_700_000_500) =>
    emptyTemplate(tip(height, bits), 0x2000_0000, nowSeconds, network(name));

  it('is a block on the tip, of the tip’s bits, without transactions or a witness to commit to', () => {
    expect(on('mainnet', 839_999)).toMatchObject({
      height: 840_000,
      prevHash: tip(0).hash,
      version: 0x2000_0000,
      bits: 0x17034219,
      branch: [],
      minTime: 1_700_000_001,
      curTime: 1_700_000_500,
      coinbaseValueSats: 312_500_000n,
      witnessCommitment: null,
      transactionCount: 0,
      feesSats: 0n,
    });
  });

  it('is never to be mined at a time the network does not take, however late our clock', () => {
    expect(on('mainnet', 800_000, undefined, 1_600_000_000)).toMatchObject({
      minTime: 1_700_000_001,
      curTime: 1_700_000_001,
    });
  });

  // 840,672 = 417 · 2016.
  it.each<[NetworkName, number, boolean]>([
    ['mainnet', 840_670, true],
    ['mainnet', 840_671, false],
    ['mainnet', 840_672, true],
    ['signet', 2_015, false],
    ['signet', 2_016, true],
    ['regtest', 2_015, true],
    ['regtest', 143, true],
    ['testnet4', 100, false],
    ['testnet4', 2_015, false],
  ])(
    'on %s’s block %d: %s, since a retarget or a rule of time is not known from it',
    (name, height, known) => {
      expect(on(name, height) !== null).toBe(known);
    },
  );

  it('is none for bits that no block has', () => {
    expect(on('regtest', 1, 0x20800000)).toBeNull();
  });

  it('has an id of its content', () => {
    const ids = [on('regtest', 5), on('regtest', 6), on('mainnet', 5), on('regtest', 5)].map((t) => t!.id);
    expect(ids[0]).toMatch(/^[0-9a-f]{16}$/);
    expect([ids[3] === ids[0], ids[1] === ids[0], ids[2] === ids[0]]).toEqual([true, false, true]);
  });
});
