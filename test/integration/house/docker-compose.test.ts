import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { loadConfig, presetsFolder } from '../../../src/config/index.js';
import { ROOT, readJson } from '../../unit/house/repository.js';
import { readCompose } from './compose.js';
import { parseDockerfile } from './dockerfile.js';

const { services, volumes } = readCompose();

function load(env: Readonly<Record<string, string>>) {
  return loadConfig({
    flags: { file: null, settings: [] },
    env,
    readFile: (path) => readFileSync(path, 'utf8'),
    presetsFolder: presetsFolder(),
  }).config;
}

describe('docker-compose.yml', () => {
  it('configures the pool with settings that exist and fit together', () => {
    const { network, bitcoin, stratum, pool } = load(services.pool.environment);
    expect({ network, mode: pool.mode, port: stratum.port }).toEqual({
      network: 'regtest',
      mode: 'pool',
      port: 34255,
    });
    expect(bitcoin.nodes).toEqual([
      {
        url: 'http://bitcoind:18443/',
        auth: { cookieFile: '/run/bitcoind/cookie' },
        zmqHashBlock: 'tcp://bitcoind:28332',
      },
    ]);
    // The same check finds a variable that does not exist.
    expect(() => load({ ...services.pool.environment, ORCAPOOL_POOL_TASK: 'x' })).toThrow(
      /ORCAPOOL_POOL_TASK {2}there is no such setting/,
    );
  });

  it('takes the settings that are an operator’s from the environment', () => {
    const own = { ORCAPOOL_POOL_TASKID: '33'.repeat(32), ORCAPOOL_POOL_NODEKEY: '44'.repeat(32) };
    expect(readCompose(own).services.pool.environment).toMatchObject(own);
  });

  it('writes no password anywhere', () => {
    expect(readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8')).not.toMatch(
      /rpcpassword=|rpcauth=|RPCPASSWORD:/i,
    );
  });

  it('names every image by an exact version', () => {
    const { version } = readJson<{ version: string }>(join(ROOT, 'package.json'));
    expect(services.pool.image).toBe(`orcapool:${version}`);
    expect(services.bitcoind.image).toMatch(/^bitcoin\/bitcoin:\d+\.\d+$/);
    const bases = parseDockerfile(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'))
      .map(({ from }) => from)
      .filter((from) => from.includes(':'));
    expect(bases).toEqual([expect.stringMatching(/^node:\d+\.\d+\.\d+-\w+-slim$/)]);
    const operations = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');
    for (const image of [...bases, services.bitcoind.image]) expect(operations).toContain(`\`${image}\``);
  });

  it('publishes Stratum to everybody, HTTP to this machine, and bitcoind to nobody', () => {
    expect(services.pool.ports).toEqual(['34255:34255', '127.0.0.1:8080:8080']);
    expect(services.bitcoind.ports).toBeUndefined();
  });

  it('keeps data in named volumes, and lets the pool read the RPC cookie and nothing else of bitcoind', () => {
    const mounts = Object.values(services).flatMap((service) => service.volumes);
    expect(mounts).toEqual([
      'bitcoind-data:/home/bitcoin/.bitcoin',
      'rpc-cookie:/home/bitcoin/rpc',
      'pool-data:/data',
      'rpc-cookie:/run/bitcoind:ro',
    ]);
    expect(new Set(mounts.map((mount) => mount.split(':')[0]))).toEqual(new Set(Object.keys(volumes)));
  });

  it('starts the pool once bitcoind answers, and gives it time to stop and a descriptor for each miner', () => {
    const { depends_on, stop_grace_period, ulimits, read_only } = services.pool;
    expect({ depends_on, stop_grace_period, ulimits, read_only }).toEqual({
      depends_on: { bitcoind: { condition: 'service_healthy' } },
      stop_grace_period: '20s',
      ulimits: { nofile: { soft: 65536, hard: 65536 } },
      read_only: true,
    });
  });
});
