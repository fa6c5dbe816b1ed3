/** What a dialogue asks of its connection, whatever protocol it speaks. */
import type { ConnectionGuard } from '../guard/connection-guard.js';
import type { DropReason } from '../stratum-metrics.js';

export interface Wire {
  readonly ip: string;
  /** Nothing can be said any more. */
  readonly ended: boolean;
  readonly guard: ConnectionGuard;
  /** Lines, or a farm agent's frames. */
  send(words: string): void;
  /** A share is on disk; `difficulty` is what it is credited with. */
  proved(difficulty: number): void;
  drop(reason: DropReason): void;
  /** The last answer that was owed has been given. */
  settled(): void;
}
