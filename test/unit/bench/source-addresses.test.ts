import { isIPv4 } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../../src/config/index.js';
import { addressesFor, PER_ADDRESS, sourceAddress } from '../../bench/load/source-addresses.js';
import { POOL_ENV, sources } from '../config/sources.js';

describe('the load', () => {
  it('has no more connections at an address than the guard gives one that it does not know', () => {
    const { config } = loadConfig(sources({ env: { ORCAPOOL_NETWORK: 'mainnet', ...POOL_ENV } }));
    expect(PER_ADDRESS).toBe(config.stratum.strangersPerAddress);
  });

  it('comes from as many addresses as that takes', () => {
    expect(addressesFor(100_000, 128)).toBe(782); // 781.25
    expect(addressesFor(128, 128)).toBe(1);
  });

  it('has addresses of its own for each, on loopback', () => {
    expect([0, 254, 255, 65_535].map(sourceAddress)).toEqual([
      '127.1.0.1',
      '127.1.0.255',
      '127.1.1.0',
      '127.2.0.0',
    ]);
    const all = Array.from({ length: 2_000 }, (_, i) => sourceAddress(i));
    expect(new Set(all).size).toBe(2_000);
    expect(all.every((each) => isIPv4(each) && each.startsWith('127.'))).toBe(true);
    expect(() => sourceAddress(1 << 24)).toThrow(RangeError);
  });
});
