/** The role `localnet`: a whole pool on this machine. Its code and packages are loaded only when it is asked for. */

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join, relative } from 'node:path';
import type { BlockState } from '../bitcoind/index.js';
import { descriptorLimit, type LocalnetWishes, type Terminal } from '../cli/index.js';
import { CodedError, type Logger, sha256, toDisplayHex, toHex, utf8 } from '../lib/index.js';
import type { CheatName, LocalnetNode } from '../localnet/index.js';
import { createLogger } from './create-logger.js';
import { openLocalnetFolder } from './localnet-folder.js';
import { PoolNode } from './pool-node.js';
import { configOf } from './read-config.js';
import { systemTimers } from './system-timers.js';
import { untilSignal } from './until-signal.js';

/** What a Koii task and an operator would settle. The reserve is BIP86's first address: nobody's money goes there. */
const SETTINGS: Readonly<Record<string, string>> = {
  network: 'regtest',
  datadir: '.orcapool/localnet',
  'pool.reserveAddress': 'bcrt1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqvg32hk',
  'pool.taskId': toHex(sha256(utf8('orcapool localnet task'))),
  'pool.nodeKey': toHex(sha256(utf8('orcapool localnet node'))),
};

/** How a block ends, for now; the steps before take milliseconds and stand in the log. */
const TOLD: ReadonlySet<BlockState> = new Set(['in-chain', 'orphaned', 'rejected']);

/** Asked for with the rest of the configuration; localnet's own bitcoind comes into it later. */
const PLACE_OF_BITCOIND = { 'bitcoin.rpcUrl': 'http://127.0.0.1:18443' };

export class RunLocalnetError extends CodedError<'CHEAT_UNKNOWN' | 'HOST_OF_TASK'> {}

/** Where the task's relay listens. */
const HOST_OF_TASK = '0.0.0.0';

/** What each pool process of a network has of its own, whatever the operator said for all. */
const OF_ONE_NODE: ReadonlySet<string> = new Set([
  ...['datadir', 'stratum.port', 'stratum.highPort', 'http.port'],
]);

/** Resolves to the exit code once everything has stopped. */
export async function runLocalnet(wishes: LocalnetWishes, terminal: Terminal): Promise<number> {
  const stopped = untilSignal().then(() => {});
  const { datadir, log } = configOf(wishes.flags, { ...SETTINGS, ...PLACE_OF_BITCOIND });
  const cheat = await cheatOf(wishes.cheat);
  const unlock = openLocalnetFolder(datadir, wishes.fresh);
  const logFile = join(datadir, 'log.txt');
  const logStream = createWriteStream(logFile, { flags: 'a' });
  const logger = createLogger({ level: log.level, pretty: false, role: 'localnet' }, logStream);
  const ground = { datadir, logFile, logger, terminal };
  try {
    if (wishes.nodes === 0) await runPool(wishes, ground, stopped);
    else await runNetwork(wishes, cheat, ground, stopped);
  } finally {
    unlock();
  }
  logStream.end();
  await once(logStream, 'close');
  return 0;
}

interface Ground {
  readonly datadir: string;
  readonly logFile: string;
  readonly logger: Logger;
  readonly terminal: Terminal;
}

async function cheatOf(name: string | null): Promise<CheatName | null> {
  const { CHEATS } = await import('../localnet/index.js');
  if (name === null) return null;
  if (Object.hasOwn(CHEATS, name)) return name as CheatName;
  throw new RunLocalnetError('CHEAT_UNKNOWN', `--cheat is one of ${Object.keys(CHEATS).join(', ')}`);
}

/** As a shell takes it for one word. */
function asShellWord(text: string): string {
  return /^[\w./@:+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

export function verifyCommand(hash: string, datadir: string): string {
  const from = relative(process.cwd(), datadir);
  const place = from.startsWith('..') ? datadir : from;
  return `npx orcapool verify share ${hash} --network regtest --datadir ${asShellWord(place)}`;
}

/** One pool whose rounds go by the clock. */
async function runPool(
  { flags, miner }: LocalnetWishes,
  { datadir, logFile, logger, terminal }: Ground,
  stopped: Promise<void>,
): Promise<void> {
  const { Localnet } = await import('../localnet/index.js');
  const localnet = new Localnet(
    { folder: datadir, miner },
    {
      terminal,
      timers: systemTimers,
      logger,
      env: process.env,
      startNode: async (own) => {
        const config = configOf(flags, { ...SETTINGS, ...own });
        const node = await PoolNode.start(config, {
          logger,
          timers: systemTimers,
          descriptorLimit: await descriptorLimit(),
          logFile,
          isClaimed: true,
        });
        return asLocalnetNode(node);
      },
      verifyCommand: (hash) => verifyCommand(hash, datadir),
    },
  );
  await localnet.run(stopped);
}

/** Pool nodes as a Koii task has them. */
async function runNetwork(
  { flags, miner, nodes }: LocalnetWishes,
  cheat: CheatName | null,
  { datadir, logger, terminal }: Ground,
  stopped: Promise<void>,
): Promise<void> {
  const { LocalNetwork } = await import('../localnet/index.js');
  const { stratum, http } = configOf(flags, { ...SETTINGS, ...PLACE_OF_BITCOIND });
  if (stratum.host !== HOST_OF_TASK) {
    throw new RunLocalnetError(
      'HOST_OF_TASK',
      `stratum.host is ${stratum.host}, but with nodes miners come through the Koii task, which listens on every address: leave it out, or take --nodes 0`,
    );
  }
  const own = flags.settings.filter(({ key }) => !OF_ONE_NODE.has(key));
  const network = new LocalNetwork(
    {
      ...{ folder: datadir, miner, nodes, cheat, stratumPort: stratum.port, httpPort: http.port },
      taskId: sha256(utf8('orcapool localnet task')),
      reserveAddress: SETTINGS['pool.reserveAddress']!,
    },
    {
      ...{ terminal, timers: systemTimers, logger, env: process.env, verifyCommand },
      podEntry: process.argv[1]!,
      podFlags: [
        ...(flags.file === null ? [] : ['--config', flags.file]),
        ...own.flatMap(({ key, text }) => ['--set', `${key}=${text}`]),
      ],
    },
  );
  await network.run(stopped);
}

function asLocalnetNode(node: PoolNode): LocalnetNode {
  return {
    stratumPort: node.ports.stratum,
    highPort: node.ports.high,
    speaksTls: node.parts.tls !== null,
    httpUrl: `http://127.0.0.1:${node.ports.http}`,
    figures: () => node.facts.figures(),
    onNews: (listener) => {
      const { feed, submitter } = node.parts;
      feed.on('lost', ({ reasons }) =>
        listener(`work has stopped (${reasons.join('; ')}); it resumes by itself`),
      );
      feed.on('restored', () => listener('work has resumed'));
      const told = new Map<string, BlockState>();
      const startedMs = Date.now();
      submitter.on('block', ({ state, height, hash, foundAtMs }) => {
        const name = toDisplayHex(hash);
        // Those of an earlier run are followed on, and old news.
        if (foundAtMs < startedMs || !TOLD.has(state) || told.get(name) === state) return;
        told.set(name, state);
        listener(`block ${height} ${name}: ${state}`);
      });
    },
    stop: async () => void (await node.stop()),
  };
}
