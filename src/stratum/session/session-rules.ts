/** What all sessions of one listener have in common; the listener's options contain it. */
import type { Network } from '../../bitcoin/index.js';
import type { MinersRoom } from './crew.js';
import type { PoolMode } from './identity.js';

/**
 * What a password's difficulty is while rounds have room: it holds. Where single miners' excess alone is more than a
 * round has room for, it holds for who brings no excess; where the rest is, for nobody: then it is a lower bound.
 */
export type FixedRule = 'holds' | 'holds-without-excess' | 'released';

export interface SessionRules {
  readonly network: Network;
  readonly mode: PoolMode;
  readonly startDifficulty: number;
  readonly minDifficulty: number;
  readonly maxDifficulty: number;
  readonly shareIntervalMs: number;
  readonly fixed: FixedRule;
  /** Header version bits miners may roll (BIP320); 0 for none. */
  readonly versionMask: number;
  readonly limits: SessionLimits;
  /** Whether memory is left for more than each needs: names, old jobs. Where nobody says, there is. */
  readonly memory?: MinersRoom;
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
  /** Worker names of one connection that are told apart. */
  readonly workers: number;
}
