/** `orcapool node`: one pool node, as an operator runs it. */
import type { CliCommand } from './command.js';
import type { ConfigFlags } from './config-flags.js';

/** `run` resolves to the exit code once the node has stopped. */
export function nodeCommand(run: (flags: ConfigFlags) => Promise<number>): CliCommand {
  return {
    kind: 'role',
    words: 'node',
    summary: 'a pool node: takes work from your bitcoind, serves miners, keeps their shares',
    configured: true,
    examples: [
      'orcapool node --config pool.yaml                  # a pool node with your settings',
      'orcapool node --network testnet4 --set pool.mode=solo',
    ],
    run: ({ config }) => run(config),
  };
}
