/** What all sessions of one listener have in common; the listener's options contain it. */
import type { Network } from '../../bitcoin/index.js';
import type { PoolMode } from './identity.js';

export interface SessionRules {
  readonly network: Network;
  readonly mode: PoolMode;
  readonly startDifficulty: number;
  readonly minDifficulty: number;
  readonly maxDifficulty: number;
  readonly shareIntervalMs: number;
  /** False while the node has more shares than a round has room for: then a password's difficulty is a lower bound. */
  readonly fixedHolds: boolean;
  /** Header version bits miners may roll (BIP320); 0 for none. */
  readonly versionMask: number;
  readonly limits: SessionLimits;
}

export interface SessionLimits {
  /** How long after it was sent a job is known. */
  readonly jobLifeMs: number;
  /** Jobs one session may have at a time. */
  readonly jobs: number;
  /** Before its first good share: anybody can have those made. */
  readonly jobsBeforeShare: number;
  /** How long shares on a replaced previous block are still taken. */
  readonly staleGraceMs: number;
  /** Worker names on one connection. */
  readonly workers: number;
}
