/** `orcapool verify shares` and `orcapool verify share <hash>`: nobody has to believe the log. */
import { readdirSync } from 'node:fs';
import { type Network, type NetworkName, network } from '../bitcoin/index.js';
import { CodedError, fromDisplayHex } from '../lib/index.js';
import { explainShare, type ShardsCopy, verifyShares, withReadableShards } from '../shares/index.js';
import { clearedAtSignal } from './cleared-at-signal.js';
import type { CliCommand } from './command.js';
import type { ConfigFlags } from './config-flags.js';
import { paint, type Terminal } from './terminal.js';

export class VerifyError extends CodedError<'SHARE_HASH' | 'SHARE_NOT_FOUND' | 'LOG_MISSING'> {}

/** Where the log is, and of which network; from the configuration. Throws a `CodedError`. */
export type FindLog = (flags: ConfigFlags) => { readonly folder: string; readonly network: NetworkName };

const FAILURES_SHOWN = 20;

function hashOf(text: string): Uint8Array {
  if (!/^[0-9a-fA-F]{64}$/.test(text)) {
    throw new VerifyError(
      'SHARE_HASH',
      `"${text.slice(0, 70)}" is not a share's hash: 64 hex digits, as the log, the pages and explorers show it`,
    );
  }
  return fromDisplayHex(text);
}

async function runShares(folder: string, chain: Network, terminal: Terminal): Promise<number> {
  if (!readdirSync(folder).some((name) => name.endsWith('.sqlite'))) {
    throw new VerifyError('LOG_MISSING', `there is no shard in ${folder}: the log was moved, or never begun`);
  }
  const startedMs = performance.now();
  const result = await verifyShares(folder, chain, {
    onProgress: ({ checked, failed, total }) => {
      if (terminal.colour)
        terminal.write(`\r\x1b[2K${checked} of ${total} shares recomputed, ${failed} failed`);
    },
  });
  const seconds = (performance.now() - startedMs) / 1000;
  if (terminal.colour) terminal.write('\r\x1b[2K');
  for (const { shard, batch, index, fault, says } of result.failures.slice(0, FAILURES_SHOWN)) {
    // Batch 0: it is of the shard as a whole.
    const place = batch === 0 ? shard : `${shard}, batch ${batch}, share ${index}`;
    terminal.write(`${paint(terminal, 'red', fault)}  ${place}: ${says}\n`);
  }
  for (const { shard, says } of result.notHeld)
    terminal.write(`${paint(terminal, 'dim', 'not held')}  ${shard}: ${says}\n`);
  const verdict = `${result.checked} shares recomputed, ${result.failed} failed`;
  terminal.write(
    `${paint(terminal, result.failed === 0 ? 'green' : 'red', verdict)}; ` +
      `work ${result.work} expected hashes; took ${seconds.toFixed(2)} s\n`,
  );
  return result.failed === 0 ? 0 : 1;
}

function runShare(folder: string, chain: Network, hash: string, terminal: Terminal): number {
  const explained = explainShare(folder, hashOf(hash), chain);
  if (explained === null) {
    throw new VerifyError('SHARE_NOT_FOUND', `no share ${hash} is in the log under ${folder}`);
  }
  for (const [number, { step, says, facts }] of explained.steps.entries()) {
    terminal.write(`\n${paint(terminal, 'bold', `${number + 1}. ${step}`)}  ${says}\n`);
    for (const [name, value] of facts)
      terminal.write(`   ${paint(terminal, 'dim', name.padEnd(26))} ${value}\n`);
  }
  const { fault } = explained;
  const verdict = fault === null ? 'The share stands.' : `The share does not stand: ${fault}.`;
  terminal.write(`\n${paint(terminal, fault === null ? 'green' : 'red', verdict)}\n`);
  return fault === null ? 0 : 1;
}

async function readable(
  folder: string,
  terminal: Terminal,
  run: (folder: string) => number | Promise<number>,
): Promise<number> {
  let heed = (): void => {};
  const says = ({ place, remove }: ShardsCopy): void => {
    heed = clearedAtSignal(remove);
    terminal.write(
      `the shards cannot be read where they are (see docs/operations.md): read from a copy, ${place}\n`,
    );
  };
  try {
    return await withReadableShards(folder, says, run);
  } finally {
    heed();
  }
}

export function verifyCommands(findLog: FindLog): readonly CliCommand[] {
  return [
    {
      kind: 'command',
      words: 'verify shares',
      summary: 'recompute every share in the log, from its 40 bytes to its hash',
      configured: true,
      examples: ['orcapool verify shares --config pool.yaml         # is every share in my log real'],
      run({ config, terminal }) {
        const { folder, network: name } = findLog(config);
        return readable(folder, terminal, (place) => runShares(place, network(name), terminal));
      },
    },
    {
      kind: 'command',
      words: 'verify share <hash>',
      summary: 'show how one share comes to its hash, step by step',
      configured: true,
      async run({ config, operands, terminal }) {
        const { folder, network: name } = findLog(config);
        const hash = operands[0]!;
        return readable(folder, terminal, (place) => runShare(place, network(name), hash, terminal));
      },
    },
  ];
}
