/** `orcapool miner <url>`: the test miner, an honest Stratum V1 client that hashes on this machine's cores. */
import { availableParallelism } from 'node:os';
import { CodedError, type Logger, type Timers, toDisplayHex } from '../lib/index.js';
import { Miner } from '../miner/index.js';
import type { CliCommand } from './command.js';
import { hashrateText } from './quantities.js';

export class MinerCommandError extends CodedError<'MINER_OPTION'> {}

export interface MinerCommandDeps {
  /** For what no event tells. */
  readonly logger: Logger;
  readonly timers: Timers;
  /** Resolves when the person at the keyboard has had enough. */
  stopped(): Promise<void>;
}

const REPORT_MS = 5_000;

function wholeNumber(value: unknown, option: string, least: number): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= least) return number;
  throw new MinerCommandError(
    'MINER_OPTION',
    `${option} takes a whole number of at least ${least}, not "${value}"`,
  );
}

export function minerCommand({ logger, timers, stopped }: MinerCommandDeps): CliCommand {
  return {
    kind: 'command',
    words: 'miner <url>',
    summary: 'mine at a pool with this machine’s processor: for tests, not for profit',
    configured: false,
    options: [
      { flags: '-u, --user <name>', about: 'whom to pay: an address, or address.worker' },
      { flags: '-p, --password <text>', about: 'sent as it is', preset: 'x' },
      { flags: '-t, --threads <count>', about: 'hashing threads; 0 for one a core', preset: 0 },
      {
        flags: '--hashrate <rate>',
        about: 'at most this many hashes a second, all threads together; 0 for no limit',
        preset: 0,
      },
      { flags: '--no-version-rolling', about: 'do not offer version rolling (BIP310)' },
    ],
    examples: ['orcapool miner stratum+tcp://127.0.0.1:34255 -u bcrt1q…   # mine at a pool on this machine'],
    async run({ operands, options, terminal }) {
      if (typeof options.user !== 'string') {
        throw new MinerCommandError('MINER_OPTION', 'whom shall the pool pay? Add -u <address>');
      }
      const threads = wholeNumber(options.threads, '--threads', 0);
      const miner = new Miner(
        {
          url: operands[0]!,
          user: options.user,
          password: String(options.password),
          threads: threads === 0 ? availableParallelism() : threads,
          maxHashrate: wholeNumber(options.hashrate, '--hashrate', 0),
          versionRolling: options.versionRolling !== false,
          userAgent: 'orcapool-miner/1',
        },
        logger,
        timers,
      );
      const say = (text: string): void => terminal.write(`${text}\n`);
      miner.on('connected', () => say(`connected to ${operands[0]}`));
      miner.on('away', (reason, retryMs) =>
        say(`not connected: ${reason}; the next attempt is in ${retryMs / 1_000} s`),
      );
      miner.on('message', (text) => say(`the pool says: ${text}`));
      miner.on('difficulty', (difficulty) => say(`difficulty ${difficulty}`));
      miner.on('accepted', (share, latencyMs) =>
        say(`accepted  ${toDisplayHex(share.hash)}  ${latencyMs.toFixed(1)} ms`),
      );
      miner.on('rejected', (share, rejection) =>
        say(`rejected  ${toDisplayHex(share.hash)}  ${rejection.code} ${rejection.reason}`),
      );
      const cancelReport = timers.every(REPORT_MS, () => {
        const { hashrate, accepted, rejected, connected } = miner.stats();
        if (connected) say(`${hashrateText(hashrate)}, ${accepted} accepted, ${rejected} rejected`);
      });
      miner.start();
      await stopped();
      cancelReport();
      await miner.stop();
      return 0;
    },
  };
}
