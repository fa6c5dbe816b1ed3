/**
 * How the pools are set that are fuzzed, and what they work on. A share of the least difficulty takes four hashes, every
 * hundredth of those is a block, and no difficulty is above a block's; so a miner finds each kind of share at once.
 */
import { bitsOfDifficulty } from '../../src/bitcoin/index.js';
import {
  DEFAULT_LIMITS,
  type GuardOptions,
  type ListenerOptions,
  type Work,
} from '../../src/stratum/index.js';
import { REGTEST, sampleWork } from '../integration/stratum/sample-work.js';

export const LEAST_DIFFICULTY = 1e-9;
export const MOST_DIFFICULTY = 1e-7;

export const RULES: Omit<ListenerOptions, 'extranonce1' | 'guard' | 'highPort' | 'maxConnections'> = {
  network: { ...REGTEST, blockTargetBits: bitsOfDifficulty(MOST_DIFFICULTY) },
  mode: 'pool',
  startDifficulty: LEAST_DIFFICULTY,
  minDifficulty: LEAST_DIFFICULTY,
  maxDifficulty: 1e6,
  shareIntervalMs: 10_000,
  versionMask: 0x1fffe000,
  limits: DEFAULT_LIMITS,
};

export const GUARD: GuardOptions = {
  nodeConnections: 1_000,
  strangersPerAddress: 128,
  longestBanMs: 600_000,
  memoryBytes: 16 << 20,
  unlimited: [],
};

/** The tips and works of an invented chain, one after another. */
export class FuzzChain {
  private tip = 1;
  private row = 0;

  next(what: 'refresh' | 'block', startMs: number): Work {
    if (what === 'block') this.tip = (this.tip % 250) + 1;
    return sampleWork({ job: ++this.row, tip: this.tip, startMs });
  }
}
