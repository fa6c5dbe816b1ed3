/** `orcapool localnet`: everything on one machine, on a private chain. */
import { CodedError } from '../lib/index.js';
import type { CliCommand } from './command.js';
import type { ConfigFlags } from './config-flags.js';

export class LocalnetCommandError extends CodedError<'LOCALNET_OPTION'> {}

export interface LocalnetWishes {
  readonly flags: ConfigFlags;
  /** False with `--no-miner`. */
  readonly miner: boolean;
  /** Whether to forget what earlier runs left. */
  readonly fresh: boolean;
  /** Of the emulated Koii network; 0 for one pool without one. */
  readonly nodes: number;
  /** How the last node cheats, by name; null for honest ones alone. */
  readonly cheat: string | null;
}

const MOST_NODES = 8;
const CHEATS = 'inflate, duplicate, steal, replay, reserve or withhold-package';

/** `run` resolves to the exit code once everything has stopped. */
export function localnetCommand(run: (wishes: LocalnetWishes) => Promise<number>): CliCommand {
  return {
    kind: 'role',
    words: 'localnet',
    summary: 'pool nodes on this machine, on a private chain and an emulated Koii network',
    configured: true,
    options: [
      {
        flags: '--nodes <number>',
        about: `pool nodes that audit each other, 1 to ${MOST_NODES}; 0 for one pool without Koii`,
        preset: '2',
      },
      { flags: '--cheat <how>', about: `make the last node cheat: ${CHEATS}` },
      { flags: '--no-miner', about: 'start no test miners; point your own at the ports it prints' },
      { flags: '--fresh', about: 'begin with an empty chain and empty share logs' },
    ],
    examples: [
      'orcapool localnet                                 # see it work, with nothing set up',
      'orcapool localnet --cheat duplicate               # see a cheat caught',
    ],
    run: ({ config, options }) =>
      run({
        flags: config,
        miner: options.miner !== false,
        fresh: options.fresh === true,
        nodes: nodesOf(options.nodes, options.cheat),
        cheat: typeof options.cheat === 'string' ? options.cheat : null,
      }),
  };
}

function nodesOf(value: unknown, cheat: unknown): number {
  const nodes = Number(value);
  if (!/^\d+$/.test(String(value)) || nodes > MOST_NODES) {
    throw new LocalnetCommandError('LOCALNET_OPTION', `--nodes is a number from 0 to ${MOST_NODES}`);
  }
  if (nodes === 0 && cheat !== undefined) {
    throw new LocalnetCommandError(
      'LOCALNET_OPTION',
      '--cheat needs --nodes of 1 or more: one pool alone claims nothing',
    );
  }
  return nodes;
}
