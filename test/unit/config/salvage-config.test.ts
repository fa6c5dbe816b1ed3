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

  it('tells nothing without a network', () => {
    expect(salvaged({ flags: { 'stratum.port': '4444' } })).toBeNull();
  });
});
