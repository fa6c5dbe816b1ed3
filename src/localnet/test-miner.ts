/** The small miner that a private network brings along. */
import type { Logger, Timers } from '../lib/index.js';
import { Miner } from '../miner/index.js';

/** The first example of BIP173: whoever mines here mines for nobody. */
export const MINER_ADDRESS = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';

export interface TestMinerOptions {
  readonly stratumPort: number;
  readonly worker: string;
  /** Hashes per second. */
  readonly hashrate: number;
}

/** It connects again for as long as it is not stopped. */
export function startTestMiner(
  { stratumPort, worker, hashrate }: TestMinerOptions,
  logger: Logger,
  timers: Timers,
): Miner {
  const miner = new Miner(
    {
      url: `stratum+tcp://127.0.0.1:${stratumPort}`,
      ...{ user: `${MINER_ADDRESS}.${worker}`, password: 'x', threads: 1, maxHashrate: hashrate },
      ...{ versionRolling: true, userAgent: 'orcapool-miner/1' },
    },
    logger,
    timers,
  );
  miner.start();
  return miner;
}
