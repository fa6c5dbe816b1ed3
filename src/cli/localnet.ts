/** `orcapool localnet`: everything on one machine, on a private chain. */
import type { CliCommand } from './command.js';
import type { ConfigFlags } from './config-flags.js';

export interface LocalnetWishes {
  readonly flags: ConfigFlags;
  /** False with `--no-miner`. */
  readonly miner: boolean;
  /** Whether to forget what earlier runs left. */
  readonly fresh: boolean;
}

/** `run` resolves to the exit code once everything has stopped. */
export function localnetCommand(run: (wishes: LocalnetWishes) => Promise<number>): CliCommand {
  return {
    kind: 'role',
    words: 'localnet',
    summary: 'a whole pool on this machine: a private bitcoind, a node and a test miner',
    configured: true,
    options: [
      { flags: '--no-miner', about: 'start no test miner; point your own at the port it prints' },
      { flags: '--fresh', about: 'begin with an empty chain and an empty share log' },
    ],
    examples: ['orcapool localnet                                 # see it work, with nothing set up'],
    run: ({ config, options }) =>
      run({ flags: config, miner: options.miner !== false, fresh: options.fresh === true }),
  };
}
