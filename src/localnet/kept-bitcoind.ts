/** The private network's bitcoind: found or fetched, started, and started again when it ends by itself. */
import { join } from 'node:path';
import { errorMessage } from '../lib/index.js';
import { findBitcoind, RegtestBitcoind } from './bitcoind/index.js';
import { cacheFolder } from './cache-folder.js';

export interface KeptBitcoindDeps {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly say: (line: string) => void;
  readonly wasStopped: () => boolean;
}

/** Null when all was stopped meanwhile. Throws what finding and starting throw. */
export async function keepBitcoind(
  folder: string,
  { env, say, wasStopped }: KeptBitcoindDeps,
): Promise<RegtestBitcoind | null> {
  const program = await findBitcoind({ env, cacheDir: cacheFolder(env), log: say });
  if (wasStopped()) return null;
  const bitcoind = await RegtestBitcoind.start(program, { datadir: join(folder, 'bitcoind') });
  bitcoind.onOwnEnd = () => void revive(bitcoind, say, wasStopped);
  say(`bitcoind    ${program.version}, its own chain, ${await bitcoind.rpc('getblockcount')} blocks`);
  return bitcoind;
}

async function revive(
  bitcoind: RegtestBitcoind,
  say: KeptBitcoindDeps['say'],
  wasStopped: () => boolean,
): Promise<void> {
  if (wasStopped()) return;
  say('bitcoind has ended by itself: it is started again');
  try {
    await bitcoind.restart();
  } catch (error) {
    if (!wasStopped()) say(`${errorMessage(error)}; press Ctrl-C and start again`);
  }
}
