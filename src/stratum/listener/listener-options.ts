/** What an operator or the role decides about a listener, and the bounds that are the same everywhere. */
import type { SessionLimits, SessionRules } from '../session/session-rules.js';

export interface ListenerLimits extends SessionLimits {
  /** Bytes of a line before and after login: submits have about 250, and 8 KiB of strangers' bytes are no harm. */
  readonly lineBytesBeforeLogin: number;
  readonly lineBytes: number;
  /** Until when a connection must have subscribed and logged in. */
  readonly loginMs: number;
  /** Unread bytes after which a miner counts as gone. */
  readonly backlogBytes: number;
  /** A miner hears of work at least this often; cgminer leaves a pool that is silent for 90 s. */
  readonly renotifyMs: number;
}

export interface ListenerOptions extends Omit<SessionRules, 'limits'> {
  readonly maxConnections: number;
  readonly extranonce1: {
    /** The first byte: this listener's, so that no two shards ever hand out the same. */
    readonly prefix: number;
    /** The other three, 0 ≤ n < 2²⁴, none again while its jobs live. Throws when there is none to give. */
    allocate(): number;
  };
  readonly limits: ListenerLimits;
}

export const DEFAULT_LIMITS: ListenerLimits = {
  jobLifeMs: 600_000,
  jobs: 512,
  staleGraceMs: 5_000,
  workers: 256,
  lineBytesBeforeLogin: 1024,
  lineBytes: 8192,
  loginMs: 60_000,
  backlogBytes: 1 << 20,
  renotifyMs: 30_000,
};
