import { tmpdir } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { type DoctorMachine, type DoctorSubject, doctorCommand, runCli } from '../../../src/cli/index.js';
import { Recorder } from './recorder.js';

const MACHINE: DoctorMachine = {
  network: 'regtest',
  datadir: tmpdir(),
  heldNetwork: null,
  stratum: { host: '127.0.0.1', port: 0, listeners: 1, maxConnections: 10, high: null, tls: null },
  http: { host: '127.0.0.1', port: 0 },
  nodes: { probe: async () => [] },
  zmq: [],
};

async function doctor(subjectOf: () => DoctorSubject, colour = false): Promise<[number, string]> {
  const terminal = new Recorder(colour);
  const commands = [doctorCommand(subjectOf)];
  return [await runCli({ version: '0', commands, terminal }, ['doctor']), terminal.out];
}

function right(machine: DoctorMachine): DoctorSubject {
  return { configurationProblem: null, machine };
}

function silentNode(): DoctorSubject {
  const report = {
    answers: false,
    url: 'http://a:1/',
    problem: 'refuses the connection',
    todo: 'start it',
  } as const;
  return right({ ...MACHINE, nodes: { probe: async () => [report] } });
}

describe('orcapool doctor', () => {
  it('has a line for each matter and exits with 0 when none fails', async () => {
    const [code, out] = await doctor(() => right(MACHINE));
    const lines = out
      .split('\n')
      .flatMap((line) => /^ {2}(?:ok|warn|fail) +(.{14})/.exec(line)?.[1]?.trim() ?? []);
    expect(code).toBe(0);
    expect(lines).toEqual([
      'node',
      'native modules',
      'hashing',
      'configuration',
      'stratum port',
      'http port',
      'descriptors',
      'datadir',
      'disk',
      'clock',
    ]);
  });

  it('says below a red line what to do, and exits with 1', async () => {
    const [code, out] = await doctor(silentNode);
    expect(code).toBe(1);
    expect(out).toContain(
      '  fail  bitcoind        http://a:1/ refuses the connection\n                        → start it\n',
    );
    expect(out).toMatch(/1 of these must be mended before a node can run\n$/);
  });

  it('is red where the data is of another network, and yellow where a ZMQ address is dead', async () => {
    // Port 1 is for TCPMUX (RFC 1078), which nobody runs.
    const machine = { ...MACHINE, heldNetwork: 'mainnet', zmq: ['tcp://127.0.0.1:1'] };
    const [code, out] = await doctor(() => right(machine));
    expect(code).toBe(1);
    expect(out).toMatch(
      /fail +datadir +.* holds the data of mainnet, not of regtest\n +→ name another --datadir/,
    );
    expect(out).toMatch(/warn +zmq +tcp:\/\/127\.0\.0\.1:1 cannot be reached/);
  });

  it('names a node once, also where the problem names it', async () => {
    const problem = 'http://a:1/ cannot be reached';
    const report = { answers: false, url: 'http://a:1/', problem, todo: 'start it' } as const;
    const [, out] = await doctor(() => right({ ...MACHINE, nodes: { probe: async () => [report] } }));
    expect(out).toContain('  fail  bitcoind        http://a:1/ cannot be reached\n');
  });

  it('tells a wrong configuration and examines everything else all the same', async () => {
    const configurationProblem = 'the configuration has a problem:\n  pool.taskId: not set';
    const [code, out] = await doctor(() => ({ configurationProblem, machine: MACHINE }));
    expect(code).toBe(1);
    expect(out).toMatch(/fail +configuration +the configuration has a problem:\n {26}pool.taskId: not set/);
    expect(out).toMatch(/ok +stratum port .*\n.*http port(?:.*\n)*.*ok +disk(?:.*\n)*.*clock/);
    expect(out).toContain('what follows holds for regtest');
  });

  it('tells a configuration without a network and examines what does not hang on it', async () => {
    const configurationProblem = 'the configuration has a problem:\n  network: not set';
    const [code, out] = await doctor(() => ({ configurationProblem, machine: null }));
    expect(code).toBe(1);
    expect(out).toMatch(
      /ok +node .*\n.*native modules.*\n.*hashing.*\n(?: {24}.*\n)? {2}fail +configuration/,
    );
    expect(out).toMatch(/clock/);
    expect(out).not.toMatch(/(?:ok|warn|fail) +(?:disk|stratum port|bitcoind)/);
  });

  it('uses colour only on a terminal that has it', async () => {
    expect((await doctor(silentNode, true))[1]).toContain('\x1b[31mfail');
    expect((await doctor(silentNode, false))[1]).not.toContain('\x1b');
  });
});
