/**
 * `orcapool` itself: a table of commands becomes commander's tree, and one call runs it to an exit code. Help
 * is where a newcomer learns what there is, so it has an introduction, the roles, the commands and examples.
 */
import { Command, CommanderError, Option } from 'commander';
import { CodedError, errorCode, errorMessage } from '../lib/index.js';
import { storageAdvice, tellsBusy } from '../shares/index.js';
import type { CliCommand } from './command.js';
import { addConfigFlags } from './config-flags.js';
import type { Terminal } from './terminal.js';

const SYSTEM_CODES: ReadonlySet<string> = new Set([
  ...['EACCES', 'EPERM', 'ENOENT', 'ENOTDIR', 'EISDIR', 'EEXIST', 'ELOOP', 'ENOTEMPTY', 'ENAMETOOLONG'],
  ...['EROFS', 'ENOSPC', 'EDQUOT', 'EIO', 'EMFILE', 'ENFILE'],
]);

export interface Cli {
  readonly version: string;
  readonly commands: readonly CliCommand[];
  readonly terminal: Terminal;
}

const INTRODUCTION = [
  'Orcapool is a Bitcoin mining pool in which nobody has to be believed: every share names its node, its miner and its round before it is hashed, and anyone can check it.',
  'Start a role, or ask with a command. "orcapool localnet" needs nothing: it brings up a whole pool on this machine, with its own bitcoind and a miner.',
].join('\n\n');

function examplesText(examples: readonly string[]): string {
  return examples.length === 0 ? '' : `\nExamples:\n${examples.map((line) => `  ${line}`).join('\n')}`;
}

function configureOutput(command: Command, terminal: Terminal): void {
  command
    .exitOverride()
    .helpCommand(false)
    .configureOutput({
      writeOut: (text) => terminal.write(text),
      writeErr: (text) => terminal.writeError(text),
      getOutHasColors: () => terminal.colour,
      getErrHasColors: () => terminal.colour,
    })
    .showHelpAfterError(
      '(orcapool --help lists roles and commands; after npm start options stand behind --: npm start -- --nodes 3)',
    );
}

/** The command that `words` before the last belong to: `verify` for `verify share <hash>`. */
function parentOf(program: Command, words: readonly string[], cli: Cli): Command {
  let parent = program;
  for (const word of words) {
    const known = parent.commands.find((command) => command.name() === word);
    if (known !== undefined) {
      parent = known;
      continue;
    }
    const beneath = cli.commands.filter((command) => command.words.startsWith(`${word} `));
    const next = new Command(word)
      .summary(beneath.map(({ words: all }) => all.slice(word.length + 1)).join(', '))
      .helpGroup(parent === program ? 'Commands:' : '');
    configureOutput(next, cli.terminal);
    parent.addCommand(next);
    parent = next;
  }
  return parent;
}

function addCommand(program: Command, row: CliCommand, cli: Cli, finish: (code: number) => void): void {
  const all = row.words.split(' ');
  const words = all.filter((word) => !word.startsWith('<'));
  const command = new Command(words.at(-1)).summary(row.summary).description(row.summary);
  configureOutput(command, cli.terminal);
  for (const operand of all.filter((word) => word.startsWith('<'))) command.argument(operand);
  for (const { flags, about, preset } of row.options ?? []) {
    const option = new Option(flags, about);
    command.addOption(preset === undefined ? option : option.default(preset));
  }
  const configFlags = row.configured ? addConfigFlags(command) : () => ({ file: null, settings: [] });
  command.addHelpText('after', examplesText(row.examples ?? []));
  command.action(async () => {
    const call = { config: configFlags(), operands: command.args, options: command.opts() };
    finish(await row.run({ ...call, terminal: cli.terminal }));
  });
  if (words.length === 1) command.helpGroup(row.kind === 'role' ? 'Roles:' : 'Commands:');
  parentOf(program, words.slice(0, -1), cli).addCommand(command);
}

/** What files and databases refuse is for the operator to mend; null for errors that only a developer can. */
function systemMessage(error: unknown): string | null {
  const code = errorCode(error);
  if (typeof code !== 'string') return null;
  const text = errorMessage(error);
  if (tellsBusy(code)) {
    return `a database under the data directory is locked by another process (${code}), as while a slow disk is written: it is not damaged; try again when that process has ended or caught up`;
  }
  if (code.startsWith('SQLITE_')) {
    return `a database cannot be used: ${storageAdvice({ code, message: text })}`;
  }
  return SYSTEM_CODES.has(code)
    ? `${text}: see that the path exists, is of the right kind, has space and belongs to this user`
    : null;
}

/** What a refusal of the command that is called exits with. */
function refusalCode({ commands }: Cli, argv: readonly string[]): number {
  const called = commands.find(({ words }) => {
    const fixed = words.split(' ').filter((word) => !word.startsWith('<'));
    return fixed.every((word, i) => argv[i] === word);
  });
  return called?.refusalCode ?? 1;
}

/** `argv` without the interpreter and the script. Resolves to the exit code; foreign errors are thrown on. */
export async function runCli(cli: Cli, argv: readonly string[]): Promise<number> {
  let code = 0;
  const program = new Command('orcapool').usage('<role or command> [options]').description(INTRODUCTION);
  configureOutput(program, cli.terminal);
  program.version(cli.version, '--version', 'print the version');
  program.addHelpText('after', examplesText(cli.commands.flatMap((row) => row.examples?.slice(0, 1) ?? [])));
  for (const row of cli.commands) {
    addCommand(program, row, cli, (exitCode) => {
      code = exitCode;
    });
  }
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    const refused = refusalCode(cli, argv);
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : refused;
    const message = error instanceof CodedError ? error.message : systemMessage(error);
    if (message === null) throw error;
    cli.terminal.writeError(`orcapool: ${message}\n`);
    return refused;
  }
  return code;
}
