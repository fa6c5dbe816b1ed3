import { availableParallelism } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { type Config, loadConfig } from '../../../src/config/index.js';
import { guardOptions, listenerAssignments } from '../../../src/roles/listener-assignments.js';
import { POOL_ENV, sources } from '../config/sources.js';

const CORES = availableParallelism();
const SURROUNDINGS = {
  tls: null,
  node: 'test',
  folder: '/data',
  descriptorLimit: 65_536,
  logFile: null,
  clockOriginMs: 0,
};

function config(listeners: number): Config {
  const env = {
    ORCAPOOL_NETWORK: 'mainnet',
    ...POOL_ENV,
    ORCAPOOL_STRATUM_LISTENERS: String(listeners),
    ORCAPOOL_STRATUM_PENDINGMEBIBYTES: '100',
  };
  return loadConfig(sources({ env })).config;
}

describe('the listeners of a node', () => {
  it.each([
    ['as many as cores', 0, 65_536, CORES],
    // 10,000 connections / (0.6 · 1,024) = 16.3.
    ['more where one process cannot have enough sockets', 0, 1_024, Math.max(CORES, 17)],
    ['what the operator says', 3, 1_024, 3],
  ])('are %s, each with a shard and an index of its own', (_what, configured, descriptorLimit, count) => {
    const assignments = listenerAssignments(config(configured), { ...SURROUNDINGS, descriptorLimit });
    expect(assignments.map(({ index, shardPath }) => `${index} ${shardPath}`)).toEqual(
      Array.from({ length: count }, (_, index) => `${index} /data/shard-${index}.sqlite`),
    );
  });

  it.each([1, 3, 7])('may together hold as many pending bytes as the node, where there are %i', (count) => {
    const parts = listenerAssignments(config(count), SURROUNDINGS).map(({ guard }) => guard.memoryBytes);
    expect(parts).toHaveLength(count);
    const sum = parts.reduce((so, each) => so + each, 0);
    // 100 MiB, less what does not divide.
    expect(sum).toBeLessThanOrEqual(104_857_600);
    expect(sum).toBeGreaterThan(104_857_600 - count);
  });

  it('have the patience that the operator set', () => {
    const env = {
      ORCAPOOL_NETWORK: 'mainnet',
      ...POOL_ENV,
      ORCAPOOL_STRATUM_LOGINSECONDS: '20',
      ORCAPOOL_STRATUM_SILENCESECONDS: '1200',
    };
    for (const { patience } of listenerAssignments(loadConfig(sources({ env })).config, SURROUNDINGS)) {
      expect(patience).toEqual({ loginMs: 20_000, strangerSilenceMs: 600_000, silenceMs: 1_200_000 });
    }
  });

  it('guard as the operator says', () => {
    const env = {
      ORCAPOOL_NETWORK: 'mainnet',
      ...POOL_ENV,
      ORCAPOOL_STRATUM_STRANGERSPERADDRESS: '20',
      ORCAPOOL_STRATUM_BANSECONDS: '0',
      ORCAPOOL_STRATUM_UNLIMITEDADDRESSES: '192.0.2.7,192.0.2.8',
      ORCAPOOL_STRATUM_TRUSTEDPROXIES: '198.51.100.0/24',
    };
    const { config: set } = loadConfig(sources({ env }));
    const wanted = {
      ...{ strangersPerAddress: 20, longestBanMs: 0 },
      unlimited: ['192.0.2.7', '192.0.2.8'],
    };
    expect(guardOptions(set)).toMatchObject(wanted);
    for (const { guard, trustedProxies } of listenerAssignments(set, SURROUNDINGS)) {
      expect(guard).toMatchObject(wanted);
      expect(trustedProxies).toEqual(['198.51.100.0/24']);
    }
  });

  it('all know how many connections the node may have, and each has a bound of its own', () => {
    const assignments = listenerAssignments(config(4), SURROUNDINGS);
    for (const { guard, maxConnections } of assignments) {
      expect(guard.nodeConnections).toBe(10_000);
      // Twice the mean, since the kernel spreads unevenly.
      expect(maxConnections).toBe(5_000);
    }
    expect(guardOptions(config(4)).memoryBytes).toBe(104_857_600);
    // 1,512 descriptors each, 512 of them for other things.
    const poor = listenerAssignments(config(4), { ...SURROUNDINGS, descriptorLimit: 1_512 });
    for (const { guard } of poor) expect(guard.nodeConnections).toBe(4_000);
  });
});
