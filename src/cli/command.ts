/** One row of the command table that `--help` and dispatch are made of. */
import type { ConfigFlags } from './config-flags.js';
import type { Terminal } from './terminal.js';

export interface CliCall {
  readonly config: ConfigFlags;
  /** In the order of `CliCommand.words`' placeholders. */
  readonly operands: readonly string[];
  /** By commander's camel-cased names; `--no-x` makes `x` false. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly terminal: Terminal;
}

export interface CliOption {
  /** As commander writes them: `-u, --user <name>`. */
  readonly flags: string;
  readonly about: string;
  readonly preset?: string | number | boolean;
}

export interface CliCommand {
  readonly kind: 'role' | 'command';
  /** The words after `orcapool`, operands in angle brackets: `verify share <hash>`. */
  readonly words: string;
  readonly summary: string;
  /** Whether it takes `--config`, `--set` and their like. */
  readonly configured: boolean;
  readonly options?: readonly CliOption[];
  /** Lines for the help, each a whole command with a remark behind `#`. */
  readonly examples?: readonly string[];
  /** What a refusal exits with, where 1 is an answer of the command's own. */
  readonly refusalCode?: number;
  /** Resolves to the exit code. A `CodedError` is told without its stack and exits with `refusalCode`, else 1. */
  run(call: CliCall): Promise<number>;
}
