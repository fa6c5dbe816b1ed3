import { describe, expect, it } from '@jest/globals';
import { type Config, ConfigError, loadConfig, salvageConfig } from '../../../src/config/index.js';
import { POOL_ENV, sources } from './sources.js';

function salvaged(literals: Parameters<typeof sources>[0]): Config | null {
  try {
    loadConfig(sources(literals));
  } catch (error) {
    if (error instanceof ConfigError) return salvageConfig(sources(literals), error);
    throw error;
  }
  throw new Error('the configuration has no problem');
}

describe('a configuration with problems', () => {
  it('that lacks what a pool needs keeps everything else', () => {
    const config = salvaged({ flags: { network: 'testnet4', 'stratum.port': '4444', datadir: '/d' } });
    expect(config?.stratum.port).toBe(4444);
    expect(config?.datadir).toBe('/d');
    expect(config?.network).toBe('testnet4');
  });

  it('has preset or default where a value is wrong, and every right value', () => {
    const config = salvaged({
      env: {
        ...POOL_ENV,
        ORCAPOOL_NETWORK: 'mainnet',
        ORCAPOOL_STRATUM_PORT: 'abc',
        ORCAPOOL_HTTP_PORT: '81',
      },
    });
    expect(config?.stratum.port).toBe(34255);
    expect(config?.http.port).toBe(81);
  });

  it('is passed over name by name where names are unknown', () => {
    const config = salvaged({ file: 'network: regtest\npool: { mode: solo }\nhttp: { prot: 81 }\n' });
    expect(config?.http.port).toBe(8080);
  });

  it('is kept when the other half of a pair is missing or cannot be read', () => {
    const base = { network: 'testnet4', 'pool.mode': 'solo', 'http.port': '81' };
    const half = [
      { flags: { ...base, 'stratum.tlsCertificate': '/tls/pool.crt' } },
      { flags: { ...base, 'bitcoin.rpcUser': 'pool' } },
      {
        flags: { ...base, 'bitcoin.rpcUser': 'pool' },
        env: { ORCAPOOL_BITCOIN_RPCPASSWORD_FILE: '/no/such' },
      },
    ];
    for (const literals of half) {
      const config = salvaged(literals);
      expect([config?.network, config?.http.port, config?.stratum.tls]).toEqual(['testnet4', 81, null]);
      expect(config?.bitcoin.nodes[0]?.auth).toHaveProperty('cookieFile');
    }
  });

  it('has defaults for two settings that want the same port, where one alone does not help', () => {
    const solo = { network: 'testnet4', 'pool.mode': 'solo' };
    const config = salvaged({ flags: { ...solo, 'stratum.port': '8080', datadir: '/d' } });
    expect([config?.stratum.port, config?.http.port, config?.datadir]).toEqual([34255, 8080, '/d']);
    const other = salvaged({ flags: { ...solo, 'stratum.port': '81', 'http.port': '81' } });
    expect([other?.stratum.port, other?.http.port]).toEqual([81, 8080]);
  });

  it('tells nothing without a network', () => {
    expect(salvaged({ flags: { 'stratum.port': '4444' } })).toBeNull();
  });
});
