/** The measuring points of a listener, in its own words. Calls are cheap and never throw. */
import type { UncreditedOutcome } from './share-sink.js';

/** `not-stored`: good, but the share log could not keep it; the pool's fault, so it is not counted against anyone. */
export type ShareOutcome = 'accepted' | UncreditedOutcome | 'not-stored';

export type DropReason = 'oversize-line' | 'not-json' | 'idle' | 'slow-reader' | 'full' | 'socket-error';

export interface StratumMetrics {
  connections(open: number): void;
  /** The pool ended the connection. */
  dropped(reason: DropReason): void;
  /** From the share's line to its answer, commit included. */
  shareAnswered(outcome: ShareOutcome, latencyMs: number): void;
  difficultyChanged(direction: 'up' | 'down'): void;
  /** All miners have been sent a new work. */
  workSent(miners: number, durationMs: number): void;
}
