/** What an operator or the role decides about a listener, and the bounds that are the same everywhere. */
import { GUARD_LIMITS, type GuardLimits, type GuardOptions } from '../guard/guard-limits.js';
import type { SessionLimits, SessionRules } from '../session/session-rules.js';

export interface ListenerLimits extends SessionLimits, GuardLimits {
  /** A miner hears of work at least this often; cgminer leaves a pool that is silent for 90 s. */
  readonly renotifyMs: number;
  /** How long a trusted proxy may take for its header, and a miner for its first byte and its TLS handshake. */
  readonly proxyMs: number;
  readonly firstByteMs: number;
}

export interface ListenerOptions extends Omit<SessionRules, 'limits' | 'fixed'> {
  /** Of this listener; `guard` bounds the node. */
  readonly maxConnections: number;
  readonly extranonce1: {
    /** The first byte: this listener's, so that no two shards ever hand out the same. */
    readonly prefix: number;
    /** The other three, 0 ≤ n < 2²⁴, none again while its jobs live. Throws when there is none to give. */
    allocate(): number;
  };
  readonly guard: GuardOptions;
  /** What differs on the port for large miners; null where there is none. */
  readonly highPort: HighPort | null;
  readonly limits: ListenerLimits;
}

export interface HighPort {
  readonly startDifficulty: number;
  readonly minDifficulty: number;
}

export const DEFAULT_LIMITS: ListenerLimits = {
  jobLifeMs: 600_000,
  jobs: 512,
  jobsBeforeShare: 64,
  staleGraceMs: 5_000,
  workers: 256,
  ...GUARD_LIMITS,
  renotifyMs: 30_000,
  proxyMs: 5_000,
  firstByteMs: 20_000,
};
