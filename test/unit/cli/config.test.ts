import { describe, expect, it } from '@jest/globals';
import { configCommands, runCli } from '../../../src/cli/index.js';
import { type ConfigSources, loadConfig } from '../../../src/config/index.js';
import { POOL_ENV, sources } from '../config/sources.js';
import { Recorder } from './recorder.js';

const env = { ...POOL_ENV, ORCAPOOL_NETWORK: 'mainnet', ORCAPOOL_HTTP_TOKEN: 'a-secret' };

async function run(from: ConfigSources, ...argv: string[]): Promise<{ code: number; terminal: Recorder }> {
  const terminal = new Recorder();
  const commands = configCommands((flags) => loadConfig({ ...from, flags }).inForce);
  return { code: await runCli({ version: '0', commands, terminal }, argv), terminal };
}

describe('orcapool config print', () => {
  it('prints YAML that means the same when it is read again, secrets apart', async () => {
    const { terminal } = await run(sources({ env }), 'config', 'print', '--set', 'pool.tag=a: #b');
    expect(terminal.out).not.toContain('a-secret');
    expect(terminal.out).toMatch(/^ {2}token: \(hidden\) +# ORCAPOOL_HTTP_TOKEN$/m);
    expect(terminal.out).toMatch(/^ {2}port: 8080 +# default$/m);
    expect(terminal.out).toMatch(/^ {2}# zmqHashBlock is not set$/m);

    const again = loadConfig(sources({ file: terminal.out })).config;
    const first = loadConfig(sources({ env, flags: { 'pool.tag': 'a: #b' } })).config;
    expect(again).toEqual({ ...first, http: { ...first.http, token: '(hidden)' } });
  });
});

describe('orcapool config check', () => {
  it('exits with 0 where the configuration is right', async () => {
    const { code, terminal } = await run(sources({ env }), 'config', 'check');
    expect([code, terminal.errors]).toEqual([0, '']);
    expect(terminal.out).toMatch(/^The configuration is right/);
  });

  it('tells every problem with its place and exits with 1', async () => {
    const { code, terminal } = await run(
      sources({ env: { ...env, ORCAPOOL_LOG_LEVLE: 'info' } }),
      ...['config', 'check', '--http-port', 'x'],
    );
    expect(code).toBe(1);
    expect(terminal.errors).toBe(
      'orcapool: the configuration has 2 problems:\n' +
        '  ORCAPOOL_LOG_LEVLE  there is no such setting; did you mean ORCAPOOL_LOG_LEVEL?\n' +
        '  --http-port  http.port: expected a whole number from 0 to 65535 (0 takes any free port), got "x"\n',
    );
  });
});
