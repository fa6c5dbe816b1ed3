import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type Config, ConfigError, type ConfigSources, loadConfig } from '../../../src/config/index.js';
import { POOL_ENV, sources, TASK_ID } from './sources.js';

const MAINNET = { ORCAPOOL_NETWORK: 'mainnet', ...POOL_ENV };

function config(from: ConfigSources): Config {
  return loadConfig(from).config;
}

function problems(from: ConfigSources): string[] {
  try {
    loadConfig(from);
  } catch (error) {
    if (error instanceof ConfigError) {
      return error.problems.map((p) => `${p.from ?? '-'} | ${p.key ?? '-'} | ${p.message}`);
    }
    throw error;
  }
  throw new Error('the configuration was accepted');
}

describe('loadConfig', () => {
  it('starts from the preset of the network and the defaults common to all', () => {
    const { network, datadir, bitcoin, stratum, http, log } = config(sources({ env: MAINNET }));
    expect(network).toBe('mainnet');
    // Below the working directory, and absolute: see settle.ts.
    expect(datadir).toBe(join(process.cwd(), '.orcapool/mainnet'));
    expect(bitcoin.nodes.map(({ url }) => url)).toEqual(['http://127.0.0.1:8332/']);
    expect(stratum).toMatchObject({ host: '0.0.0.0', port: 34255, versionMask: 0x1fffe000, listeners: 0 });
    expect(http).toEqual({ host: '127.0.0.1', port: 8080, token: null });
    expect(log).toEqual({ level: 'info', pretty: false });
  });

  it('lets the file go before the preset, the environment before the file and flags before all', () => {
    const file = 'stratum:\n  port: 1001\n  startDifficulty: 7\nhttp:\n  port: 1002\nlog:\n  level: warn\n';
    const { stratum, http, log } = config(
      sources({
        file,
        env: { ...MAINNET, ORCAPOOL_HTTP_PORT: '2002', ORCAPOOL_LOG_LEVEL: 'error' },
        flags: { 'log.level': 'debug' },
      }),
    );
    expect(stratum).toMatchObject({ port: 1001, startDifficulty: 7 });
    expect(http.port).toBe(2002);
    expect(log.level).toBe('debug');
  });

  it('takes what a role supplies before the preset and after every word of the operator', () => {
    const supplied = { network: 'regtest', 'http.port': '9001', 'stratum.port': '9002' };
    const { network, http, stratum } = config(
      sources({ supplied, env: { ORCAPOOL_POOL_MODE: 'solo', ORCAPOOL_HTTP_PORT: '9003' } }),
    );
    expect([network, http.port, stratum.port]).toEqual(['regtest', 9003, 9002]);
  });

  it('tells where each setting in force was written, with secrets hidden', () => {
    const { inForce } = loadConfig(
      sources({
        file: 'network: mainnet\n\nhttp:\n  port: 81\n  token: a-token\n',
        env: { ...POOL_ENV, ORCAPOOL_BITCOIN_RPCURL: 'http://me:pass@word@10.0.0.1:8332' },
      }),
    );
    const of = (key: string) => inForce.find((setting) => setting.key === key);
    expect(of('http.port')).toEqual({ key: 'http.port', shown: '81', from: 'pool.yaml:4' });
    expect(of('http.token')).toEqual({ key: 'http.token', shown: '(hidden)', from: 'pool.yaml:5' });
    expect(of('bitcoin.rpcUrl')).toEqual({
      key: 'bitcoin.rpcUrl',
      shown: 'http://(hidden)@10.0.0.1:8332',
      from: 'ORCAPOOL_BITCOIN_RPCURL',
    });
    expect(of('stratum.host')?.from).toBe('default');
    expect(of('datadir')?.from).toMatch(/config\/mainnet\.yaml:\d+$/);
  });

  it('reads a secret from the file its …_FILE variable names, without the line end', () => {
    const env = { ...MAINNET, ORCAPOOL_HTTP_TOKEN_FILE: '/run/secrets/token' };
    expect(config(sources({ env, files: { '/run/secrets/token': 'tok en\n' } })).http.token).toBe('tok en');
  });

  it('treats an empty variable as not set', () => {
    expect(config(sources({ env: { ...MAINNET, ORCAPOOL_HTTP_TOKEN: '' } })).http.token).toBeNull();
  });

  it('asks for a network when nothing names one, and for nothing a preset would have given', () => {
    expect(problems(sources({}))).toEqual([
      '- | network | not set; expected one of mainnet, testnet4, signet, regtest (ORCAPOOL_NETWORK, --set network=…)',
    ]);
  });

  it('tells all problems of all sources at once, each with its place', () => {
    const file = 'network: mainnet\nstratum:\n  prot: 3\n  maxConnections: many\nhtpp:\n  port: 1\n';
    const env = { ORCAPOOL_HTTP_PROT: '1', ORCAPOOL_HTTP_PORT: '70000', ORCAPOOL_POOL_TASKID: TASK_ID };
    expect(problems(sources({ file, env, flags: { 'bitcoin.rpcurl': 'x', 'log.level': 'loud' } }))).toEqual([
      'pool.yaml:5 | - | there is no section htpp; did you mean http?',
      'pool.yaml:3 | stratum.prot | there is no such setting; did you mean stratum.port?',
      'ORCAPOOL_HTTP_PROT | - | there is no such setting; did you mean ORCAPOOL_HTTP_PORT?',
      '--set bitcoin.rpcurl | bitcoin.rpcurl | there is no such setting; did you mean bitcoin.rpcUrl?',
      'pool.yaml:4 | stratum.maxConnections | expected a whole number from 1 to 1000000, got "many"',
      'ORCAPOOL_HTTP_PORT | http.port | expected a whole number from 0 to 65535 (0 takes any free port), got "70000"',
      '--set log.level | log.level | expected one of debug, info, warn, error, got "loud"',
      '- | pool.reserveAddress | not set; with pool.mode pool, the address that blocks pay to is needed (ORCAPOOL_POOL_RESERVEADDRESS, --set pool.reserveAddress=…)',
      "- | pool.nodeKey | not set; with pool.mode pool, this node's public staking key is needed (ORCAPOOL_POOL_NODEKEY, --set pool.nodeKey=…)",
    ]);
  });

  it('tells of a configuration file that is not there', () => {
    const from = sources({ env: MAINNET });
    expect(problems({ ...from, flags: { ...from.flags, file: 'absent.yaml' } })).toEqual([
      'absent.yaml | - | cannot read this file (ENOENT)',
    ]);
  });

  it.each([
    ['broken YAML', 'http: [1\n', 'pool.yaml:2 | - | not YAML'],
    [
      'the same key twice',
      'http:\n  port: 1\n  port: 2\n',
      'pool.yaml:3 | - | not YAML: Map keys must be unique',
    ],
    [
      'a list where one value belongs',
      'http:\n  port: [1, 2]\n',
      'pool.yaml:2 | http.port | expected a whole number',
    ],
    [
      'a map where a value belongs',
      'http:\n  port: {a: 1}\n',
      'pool.yaml:2 | http.port | expected a whole number',
    ],
    ['a value where a section belongs', 'http: 8080\n', 'pool.yaml:1 | - | http: expected settings below it'],
    ['a list as the whole file', '- a\n', 'pool.yaml | - | expected sections and settings'],
  ])('tells where %s is', (_what, file, expected) => {
    const [first] = problems(sources({ file, env: MAINNET }));
    expect(first?.slice(0, expected.length)).toBe(expected);
  });

  it.each(['https://host/ipfs/', 'ftp://host/{cid}', '{cid}', 'https://host/{cid},'])(
    'takes no gateway "%s"',
    (text) => {
      expect(problems(sources({ env: { ...MAINNET, ORCAPOOL_CLAIMS_GATEWAYS: text } }))).toEqual([
        'ORCAPOOL_CLAIMS_GATEWAYS | claims.gateways | expected URLs with {cid} in them, the preferred one first',
      ]);
    },
  );

  it('never repeats the text of a secret that is wrong', () => {
    const told = problems(
      sources({
        env: {
          ...MAINNET,
          ORCAPOOL_BITCOIN_RPCURL: 'me:hunter2@host',
          ORCAPOOL_BITCOIN_RPCPASSWORD: 'hunter3',
        },
      }),
    );
    expect(told).toEqual([
      'ORCAPOOL_BITCOIN_RPCURL | bitcoin.rpcUrl | expected http:// URLs, the preferred node first, or none',
      '- | bitcoin.rpcUser | not set, while bitcoin.rpcPassword is (ORCAPOOL_BITCOIN_RPCUSER, --set bitcoin.rpcUser=…)',
    ]);
  });

  it('refuses a secret given both ways', () => {
    const env = { ...MAINNET, ORCAPOOL_HTTP_TOKEN: 'a', ORCAPOOL_HTTP_TOKEN_FILE: '/f' };
    expect(problems(sources({ env }))).toEqual([
      'ORCAPOOL_HTTP_TOKEN_FILE | http.token | ORCAPOOL_HTTP_TOKEN gives it too; keep one of the two',
    ]);
  });

  it('refuses a reserve address of another network', () => {
    const [problem, ...others] = problems(sources({ env: { ...MAINNET, ORCAPOOL_NETWORK: 'signet' } }));
    expect(problem).toMatch(/^ORCAPOOL_POOL_RESERVEADDRESS \| pool\.reserveAddress \| .*mainnet/);
    expect(others).toEqual([]);
  });

  it('refuses version bits that BIP320 does not have for mining, which are in no claim', () => {
    const set = (mask: string) => sources({ env: MAINNET, flags: { 'stratum.versionMask': mask } });
    const masks = ['1fffe000', '00000000', '10002000'].map(
      (mask) => loadConfig(set(mask)).config.stratum.versionMask,
    );
    expect(masks).toEqual([0x1fffe000, 0, 0x10002000]);
    for (const mask of ['ffffffff', '20000000', '00001000', '80000000', '1fffe00']) {
      expect(problems(set(mask))).toEqual([expect.stringContaining('8 hex digits within 1fffe000')]);
    }
  });

  it('refuses difficulties out of order', () => {
    const flags = {
      'stratum.minDifficulty': '10',
      'stratum.startDifficulty': '5',
      'stratum.maxDifficulty': '4',
    };
    expect(problems(sources({ env: MAINNET, flags }))).toEqual([
      '--set stratum.startDifficulty | stratum.startDifficulty | 5 is below stratum.minDifficulty, 10',
      '--set stratum.maxDifficulty | stratum.maxDifficulty | 4 is below stratum.startDifficulty, 5',
    ]);
  });

  it('refuses one port for HTTP and miners where one address takes the other’s, and only there', () => {
    const refused = (settings: Record<string, string>): string[] =>
      problems(sources({ env: MAINNET, flags: settings })).map((p) => p.split(' | ').slice(1).join(' | '));
    expect(refused({ 'http.port': '34255' })).toEqual([
      'http.port | 34255 is stratum.port as well; choose another',
    ]);
    expect(refused({ 'stratum.highPort': '8080' })).toEqual([
      'http.port | 8080 is stratum.highPort as well; choose another (ORCAPOOL_HTTP_PORT, --set http.port=…)',
    ]);
    for (const [host, other] of [
      ['10.0.0.1', '::'],
      ['::', '0.0.0.0'],
      ['10.0.0.1', '10.0.0.1'],
      ['localhost', '127.0.0.1'],
      ['pool.example', '0.0.0.0'],
    ] as const) {
      const one = { 'http.port': '81', 'stratum.port': '81' };
      expect(refused({ ...one, 'stratum.host': host, 'http.host': other })).toHaveLength(1);
      expect(refused({ ...one, 'stratum.host': other, 'http.host': host })).toHaveLength(1);
    }
    for (const [host, other] of [
      ['10.0.0.1', '127.0.0.1'],
      ['0.0.0.0', '::1'],
      ['a.example', 'b.example'],
    ] as const) {
      const settings = { 'http.port': '81', 'stratum.port': '81', 'stratum.host': host, 'http.host': other };
      expect(config(sources({ env: MAINNET, flags: settings })).http.port).toBe(81);
    }
    const any = { 'http.port': '0', 'stratum.port': '0' };
    expect(config(sources({ env: MAINNET, flags: any })).http.port).toBe(0);
  });

  it('refuses half of TLS, a high port that is the other one, and its difficulties out of order', () => {
    const refused = (settings: Record<string, string>): string[] =>
      problems(sources({ env: MAINNET, flags: settings })).map((p) => p.split(' | ').slice(1).join(' | '));
    expect(refused({ 'stratum.tlsCertificate': 'a.pem' })).toEqual([
      'stratum.tlsKey | not set; TLS needs the certificate and its key (ORCAPOOL_STRATUM_TLSKEY, --set stratum.tlsKey=…)',
    ]);
    expect(refused({ 'stratum.tlsKey': 'a.pem' })).toEqual([
      'stratum.tlsCertificate | not set; TLS needs the certificate and its key (ORCAPOOL_STRATUM_TLSCERTIFICATE, --set stratum.tlsCertificate=…)',
    ]);
    expect(refused({ 'stratum.highPort': '34255' })).toEqual([
      'stratum.highPort | is stratum.port as well; choose another',
    ]);
    const high = { 'stratum.highPort': '34256', 'stratum.highDifficulty': '2e9' };
    expect(refused(high)).toEqual([
      'stratum.highDifficulty | 2000000000 is above stratum.maxDifficulty, 1000000000',
    ]);
    expect(refused({ 'stratum.highPort': '34256', 'stratum.highMinDifficulty': '2e6' })).toEqual([
      'stratum.highDifficulty | 1000000 is below stratum.highMinDifficulty, 2000000 (ORCAPOOL_STRATUM_HIGHDIFFICULTY, --set stratum.highDifficulty=…)',
    ]);
    expect(refused({ 'stratum.trustedProxies': '10.0.0.0/33' })[0]).toContain(
      'expected IP addresses or networks',
    );
  });

  it('leaves the high port, TLS and proxies off until they are set', () => {
    const stratum = (flags: Record<string, string>) => config(sources({ env: MAINNET, flags })).stratum;
    expect(stratum({})).toMatchObject({ high: null, tls: null, trustedProxies: [] });
    expect(stratum({ 'stratum.highPort': '34256' }).high).toEqual({
      port: 34256,
      startDifficulty: 1e6,
      minDifficulty: 1e6,
    });
    expect(stratum({ 'stratum.highPort': '34256', 'stratum.highMinDifficulty': '5e5' }).high).toEqual({
      port: 34256,
      startDifficulty: 1e6,
      minDifficulty: 5e5,
    });
  });

  it('accepts every preset in solo mode as it is shipped', () => {
    for (const network of ['mainnet', 'testnet4', 'signet', 'regtest']) {
      expect(
        config(sources({ env: { ORCAPOOL_NETWORK: network, ORCAPOOL_POOL_MODE: 'solo' } })).network,
      ).toBe(network);
    }
  });
});

describe('the nodes of a configuration', () => {
  const urls = 'http://a:1, http://u:p%40ss@b:2,http://c:3';

  it('stand in order of priority, each with its own credentials and ZMQ address', () => {
    const flags = {
      'bitcoin.rpcUrl': urls,
      'bitcoin.cookieFile': '/a,/b,/c',
      'bitcoin.zmqHashBlock': 'tcp://a:28332,-,tcp://c:28332',
    };
    expect(config(sources({ env: MAINNET, flags })).bitcoin.nodes).toEqual([
      { url: 'http://a:1/', auth: { cookieFile: '/a' }, zmqHashBlock: 'tcp://a:28332' },
      { url: 'http://b:2/', auth: { user: 'u', password: 'p@ss' }, zmqHashBlock: null },
      { url: 'http://c:3/', auth: { cookieFile: '/c' }, zmqHashBlock: 'tcp://c:28332' },
    ]);
  });

  it('share a user and password where their URL has none', () => {
    const file =
      'bitcoin:\n  rpcUrl:\n    - http://a:1\n    - http://u:p@b:2\n  rpcUser: x\n  rpcPassword: y\n';
    expect(config(sources({ file, env: MAINNET })).bitcoin.nodes.map(({ auth }) => auth)).toEqual([
      { user: 'x', password: 'y' },
      { user: 'u', password: 'p' },
    ]);
  });

  it('find the cookie in the home folder', () => {
    const [node] = config(sources({ env: { ...MAINNET, HOME: '/home/op' } })).bitcoin.nodes;
    expect(node?.auth).toEqual({ cookieFile: '/home/op/.bitcoin/.cookie' });
  });

  it('must be as many as their cookie files and ZMQ addresses', () => {
    const flags = {
      'bitcoin.rpcUrl': urls,
      'bitcoin.cookieFile': '/a,/b',
      'bitcoin.zmqHashBlock': 'tcp://a:1',
    };
    expect(problems(sources({ env: MAINNET, flags })).map((p) => p.split(' | ')[2])).toEqual([
      '2 given for 3 nodes; give one for each',
      '1 given for 3 nodes; give one for each',
    ]);
  });
});

describe('pool settings', () => {
  it('come out as bytes and milliseconds', () => {
    const flags = { 'pool.roundGenesis': '2026-01-01T01:00:00+01:00', 'pool.roundSeconds': '600' };
    // 2026-01-01T00:00:00Z is 56 years, 14 of them leap, after 1970: (56·365 + 14)·86,400,000 ms.
    expect(config(sources({ env: MAINNET, flags })).pool).toEqual({
      mode: 'pool',
      roundsFrom: 'clock',
      tag: 'Orcapool',
      reserveAddress: POOL_ENV.ORCAPOOL_POOL_RESERVEADDRESS,
      taskId: new Uint8Array(32).fill(0x11),
      nodeKey: new Uint8Array(32).fill(0x22),
      seed: new Uint8Array(32),
      rounds: { roundMs: 600_000, genesisMs: (56 * 365 + 14) * 86_400_000 },
    });
  });

  it('keep shares for longer than their rounds take', () => {
    const flags = { 'pool.roundSeconds': '86400', 'shares.retentionDays': '4' };
    expect(problems(sources({ env: MAINNET, flags }))).toEqual([
      expect.stringContaining('shares.retentionDays | 4 would remove shares before their round of 86400 s'),
    ]);
    const kept = (given: Record<string, string>): number =>
      config(sources({ env: MAINNET, flags: given })).shares.retentionDays;
    expect(kept({ ...flags, 'shares.retentionDays': '5' })).toBe(5);
    expect(kept({ 'pool.roundSeconds': '600', 'shares.retentionDays': '1' })).toBe(1);
  });

  it('need nothing but the token where a task tells the rounds', () => {
    const { ORCAPOOL_POOL_RESERVEADDRESS: _r, ORCAPOOL_POOL_TASKID: _t, ...env } = MAINNET;
    const flags = { 'pool.roundsFrom': 'task', 'http.token': 'x' };
    expect(config(sources({ env, flags })).pool).toEqual({
      ...{ mode: 'pool', roundsFrom: 'task', tag: 'Orcapool', reserveAddress: null, taskId: null },
      nodeKey: new Uint8Array(32).fill(0x22),
    });
    expect(problems(sources({ env, flags: { 'pool.roundsFrom': 'task' } }))).toEqual([
      expect.stringContaining('http.token | not set; with pool.roundsFrom task'),
    ]);
  });

  it('take keys in base58, as K2 shows them', () => {
    // The System Program's address, 32 zero bytes, is 32 ones in base58.
    const { pool } = config(sources({ env: { ...MAINNET, ORCAPOOL_POOL_TASKID: '1'.repeat(32) } }));
    expect(pool).toMatchObject({ taskId: new Uint8Array(32) });
  });

  it('read a seed of zeros in YAML as digits, not as a number', () => {
    const file = `pool:\n  seed: ${'0'.repeat(62)}01\n`;
    const seed = new Uint8Array(32);
    seed[31] = 1;
    expect(config(sources({ file, env: MAINNET })).pool).toMatchObject({ seed });
  });

  it('read the checkpoint into internal byte order', () => {
    const flags = { 'bitcoin.checkpoint': `7:${'00'.repeat(31)}ff` };
    const hash = new Uint8Array(32);
    hash[0] = 0xff;
    expect(config(sources({ env: MAINNET, flags })).bitcoin.checkpoint).toEqual({ height: 7, hash });
  });
});
