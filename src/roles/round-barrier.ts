/**
 * Closes a round in all listeners at once: each stops taking shares of it, commits those it has, and says where they
 * end. The shard of a listener that died on the way is read once its process has ended; one that starts later is told
 * before it has a port, and never had work of that round.
 */
import type { ShardBounds } from '../claims/index.js';
import type { FromListener, ToListener } from './process-messages.js';

type Reply = Extract<FromListener, { kind: 'round-closed' }>;

interface Waiting {
  readonly round: bigint;
  readonly lives: Set<string>;
  readonly bounds: Record<string, number>;
  readonly resolve: () => void;
}

export interface ClosableListeners {
  /** Says it to every listener that hears; `messageFor` is called once for each. */
  tellEach(messageFor: (life: string) => ToListener | null): void;
}

export class RoundBarrier {
  private waiting: Waiting | null = null;
  private closed: bigint | null = null;

  /** `boundsNow`: where every shard of the node ends, those without a listener included. */
  constructor(
    private readonly listeners: ClosableListeners,
    private readonly boundsNow: () => ShardBounds,
  ) {}

  /** One at a time. Resolves when no share of the round can reach the log any more. */
  async close(round: bigint): Promise<ShardBounds> {
    // One that is closed late does not open those behind it again.
    if (this.closed === null || round > this.closed) this.closed = round;
    const lives = new Set<string>();
    const bounds: Record<string, number> = {};
    await new Promise<void>((resolve) => {
      this.waiting = { round, lives, bounds, resolve };
      this.listeners.tellEach((life) => {
        lives.add(life);
        return { kind: 'close-round', round };
      });
      this.look();
    });
    return { ...this.boundsNow(), ...bounds };
  }

  /** For a listener that starts. */
  *greeting(): Generator<ToListener> {
    if (this.closed !== null) yield { kind: 'close-round', round: this.closed };
  }

  onReply(life: string, { round, shard, lastBatch }: Reply): void {
    if (this.waiting === null || round !== this.waiting.round || !this.waiting.lives.has(life)) return;
    if (lastBatch !== null) this.waiting.bounds[shard] = lastBatch;
    this.gone(life);
  }

  /** The listener's process has ended. */
  gone(life: string): void {
    this.waiting?.lives.delete(life);
    this.look();
  }

  private look(): void {
    if (this.waiting === null || this.waiting.lives.size > 0) return;
    const { resolve } = this.waiting;
    this.waiting = null;
    resolve();
  }
}
