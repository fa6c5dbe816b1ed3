import { describe, expect, it } from '@jest/globals';
import {
  type CliCall,
  type CliCommand,
  type LocalnetWishes,
  localnetCommand,
  nodeCommand,
  runCli,
} from '../../../src/cli/index.js';
import { CodedError } from '../../../src/lib/index.js';
import { Recorder } from './recorder.js';

/** Answers with its call; `verify share` sits under a word of its own. */
function asked(words: string, configured = true, code = 0): { row: CliCommand; calls: CliCall[] } {
  const calls: CliCall[] = [];
  const row: CliCommand = {
    kind: 'command',
    words,
    summary: `what ${words} does`,
    configured,
    options: [{ flags: '-u, --user <name>', about: 'who', preset: 'nobody' }],
    examples: [`orcapool ${words}   # try it`],
    async run(call) {
      calls.push(call);
      return code;
    },
  };
  return { row, calls };
}

function run(rows: readonly CliCommand[], ...argv: string[]): Promise<{ code: number; terminal: Recorder }> {
  const terminal = new Recorder();
  return runCli({ version: '1.2.3', commands: rows, terminal }, argv).then((code) => ({ code, terminal }));
}

describe('orcapool', () => {
  it('teaches with --help: what it is, the roles, the commands, examples', async () => {
    const rows = [nodeCommand(async () => 0), asked('verify share <hash>').row, asked('bench').row];
    const { code, terminal } = await run(rows, '--help');
    expect(code).toBe(0);
    expect(terminal.out).toMatch(/nobody has to be believed/);
    expect(terminal.out).toMatch(/Roles:\n {2}node \[options\]/);
    expect(terminal.out).toMatch(/Commands:\n {2}verify +share <hash>\n {2}bench \[options\]/);
    expect(terminal.out).toMatch(/Examples:\n {2}orcapool node --config pool\.yaml/);
  });

  it('hands a command its operands, its options and the configuration flags in the order given', async () => {
    const { row, calls } = asked('verify share <hash>', true, 7);
    const { code } = await run(
      [row],
      ...['verify', 'share', 'ab12', '--http-port', '81', '--set', 'http.port=82', '--config', 'a.yaml'],
      ...['-u', 'me', '--set', 'pool.tag=a=b'],
    );
    expect(code).toBe(7);
    expect(calls[0]?.operands).toEqual(['ab12']);
    expect(calls[0]?.options).toMatchObject({ user: 'me' });
    expect(calls[0]?.config).toEqual({
      file: 'a.yaml',
      settings: [
        { key: 'http.port', text: '81', from: '--http-port' },
        { key: 'http.port', text: '82', from: '--set http.port' },
        { key: 'pool.tag', text: 'a=b', from: '--set pool.tag' },
      ],
    });
  });

  it('gives a command that has no configuration none of its flags', async () => {
    const { row, calls } = asked('miner <url>', false);
    expect((await run([row], 'miner', 'x', '--http-port', '1')).code).toBe(1);
    expect((await run([row], 'miner', 'x')).code).toBe(0);
    expect(calls[0]?.config).toEqual({ file: null, settings: [] });
    expect(calls[0]?.options).toEqual({ user: 'nobody' });
  });

  it.each([
    ['a command nobody knows', ['nod'], /unknown command 'nod'\n\(Did you mean node\?\)/],
    [
      'a flag nobody knows',
      ['node', '--htp-port', '1'],
      /unknown option '--htp-port'\n\(Did you mean --http-port\?\)/,
    ],
    ['a --set without a value', ['node', '--set', 'http.port'], /Write it as section\.key=value/],
  ])('refuses %s and names the nearest', async (_what, argv, told) => {
    const { code, terminal } = await run([nodeCommand(async () => 0)], ...argv);
    expect(code).toBe(1);
    expect(terminal.errors).toMatch(told);
  });

  it('tells an error made for people in its own words, without a stack', async () => {
    const failing = nodeCommand(() =>
      Promise.reject(new CodedError('NO_DISK', 'the disk is full; make room')),
    );
    const { code, terminal } = await run([failing], 'node');
    expect([code, terminal.errors]).toEqual([1, 'orcapool: the disk is full; make room\n']);
  });

  it('exits with what the command says where a refusal is no answer of its own', async () => {
    const { row } = asked('judge it <claim>');
    const errors = [
      new CodedError('NOBODY', 'nobody knows'),
      Object.assign(new Error('no file'), { code: 'ENOENT' }),
    ];
    for (const error of errors) {
      const judge = { ...row, refusalCode: 2, run: () => Promise.reject(error) };
      expect((await run([judge], 'judge', 'it', 'x')).code).toBe(2);
      expect((await run([judge], 'judge', 'it')).code).toBe(2);
      expect((await run([judge], 'judge', 'it', 'x', '--what')).code).toBe(2);
      expect((await run([judge], 'judge', 'it', '--help')).code).toBe(0);
      expect((await run([judge, asked('other').row], 'other', '--what')).code).toBe(1);
    }
  });

  async function toldOf(code: string, message: string): Promise<string> {
    const { row } = asked('break');
    const failing = { ...row, run: () => Promise.reject(Object.assign(new Error(message), { code })) };
    const { terminal, code: exitCode } = await run([failing], 'break');
    expect(exitCode).toBe(1);
    return terminal.errors;
  }

  it.each([
    ['SQLITE_BUSY_RECOVERY', 'locked by another process'],
    ['SQLITE_READONLY_RECOVERY', 'locked by another process'],
    ['SQLITE_FULL', 'the disk is full: free some space'],
    ['SQLITE_IOERR_SHMSIZE', 'the disk is full, or cannot be written; free some space'],
    ['SQLITE_IOERR_SHMOPEN', 'the disk is full, or cannot be written; free some space'],
    ['SQLITE_CANTOPEN', 'is the disk mounted read-only or full, and do the files belong to this user?'],
    ['SQLITE_READONLY', 'the disk cannot be written'],
    ['SQLITE_READONLY_DIRECTORY', 'the disk cannot be written'],
    ['SQLITE_IOERR_WRITE', 'the disk cannot be written'],
    ['SQLITE_IOERR_FSYNC', 'the disk cannot be written'],
    ['SQLITE_IOERR_READ', 'the disk cannot be read'],
    ['SQLITE_NOMEM', 'too little memory'],
    ['SQLITE_ERROR', 'it failed (SQLITE_ERROR: database)'],
  ])('does not call a database damaged for %s, nor have it thrown away', async (code, says) => {
    const told = await toldOf(code, 'database');
    expect(told).toContain(says);
    expect(told).not.toMatch(/is damaged|restore|move it away|backup/);
    expect(told).toContain(code === 'SQLITE_FULL' ? 'full' : code);
  });

  it.each([
    ['SQLITE_CORRUPT', 'database disk image is malformed'],
    ['SQLITE_CORRUPT_INDEX', 'database disk image is malformed'],
    ['SQLITE_NOTADB', 'file is not a database'],
    ['SQLITE_ERROR', 'no such table: batches'],
  ])('calls a database damaged for %s (%s), and has it kept', async (code, message) => {
    const told = await toldOf(code, message);
    expect(told).toContain(`the file is damaged (${code}: ${message})`);
    expect(told).toContain('keep a copy of the file and of its -wal');
  });

  it('throws on what nobody foresaw', async () => {
    const broken = nodeCommand(() => Promise.reject(new RangeError('boom')));
    await expect(run([broken], 'node')).rejects.toThrow('boom');
  });

  it('prints its version', async () => {
    expect((await run([], '--version')).terminal.out).toBe('1.2.3\n');
  });

  it('tells localnet what is wanted, and refuses what cannot be', async () => {
    const wishes: LocalnetWishes[] = [];
    const row = localnetCommand(async (wish) => {
      wishes.push(wish);
      return 0;
    });
    await run([row], 'localnet');
    await run([row], 'localnet', '--no-miner', '--fresh', '--nodes', '0');
    await run([row], 'localnet', '--cheat', 'steal');
    expect(wishes.map(({ miner, fresh, nodes, cheat }) => [miner, fresh, nodes, cheat])).toEqual([
      [true, false, 2, null],
      [false, true, 0, null],
      [true, false, 2, 'steal'],
    ]);
    for (const words of [
      ['--nodes', 'two'],
      ['--nodes', '9'],
      ['--nodes', '0', '--cheat', 'steal'],
    ]) {
      expect((await run([row], 'localnet', ...words)).code).toBe(1);
    }
    expect(wishes).toHaveLength(3);
  });
});
