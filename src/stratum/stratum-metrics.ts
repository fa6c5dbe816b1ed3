/** The measuring points of a listener, in its own words. Calls are cheap and never throw. */
import type { Overdue } from './guard/connection-guard.js';
import type { Refusal } from './guard/door.js';
import type { UncreditedOutcome } from './share-sink.js';
import type { EntranceRefusal } from './transport/entrance.js';

export type ShareOutcome = 'accepted' | UncreditedOutcome;

/** Why a share is stale: its previous block was replaced; its job is unknown or forgotten; there is no work at all. */
export type StaleReason = 'superseded' | 'unknown-job' | 'no-work' | 'round-closed';

/** Why a connection was not let in (`Refusal`, `EntranceRefusal`), or was ended. `full`, `yielded` and `memory` say more of the pool than of it. */
export type DropReason =
  | Refusal
  | Overdue
  | EntranceRefusal
  | 'yielded'
  | 'oversize-line'
  | 'not-json'
  | 'proxy-untrusted'
  | 'reject-loop'
  | 'memory'
  | 'socket-error';

export interface StratumMetrics {
  connections(open: number): void;
  /** The pool ended the connection. */
  dropped(reason: DropReason): void;
  /** From the share's line to its answer, commit included. */
  shareAnswered(outcome: ShareOutcome, latencyMs: number): void;
  /** Of a share that was answered as stale. */
  staleShare(reason: StaleReason): void;
  difficultyChanged(direction: 'up' | 'down'): void;
  /** All miners have been sent a new work. */
  workSent(miners: number, durationMs: number): void;
}
