/**
 * Closes a round in all listeners at once: each stops taking shares of it, commits those it has, and says where they
 * end. The shard of a listener that died on the way is read once its process has ended; one that starts later is told
 * before it has a port, and never had work of that round.
 *
 * A listener that does not answer in time is killed, and its shard is read like that of one that died. After SIGKILL a
 * process tells no miner anything, so the round may be closed even while the disk keeps it from ending: what its last
 * write still brings lies behind the bound, and nobody was told that it counted.
 */
import type { ShardBounds } from '../claims/index.js';
import type { Timers } from '../lib/index.js';
import { graceMs, type RoundSpan } from '../rounds/index.js';
import type { FromListener, ToListener } from './process-messages.js';

type Reply = Extract<FromListener, { kind: 'round-closed' }>;

interface Waiting {
  readonly round: bigint;
  readonly lives: Set<string>;
  readonly bounds: Record<string, number>;
  readonly resolve: () => void;
  /** Of what comes next for those that do not answer. */
  cancel: () => void;
}

/** A commit takes a slow disk seconds, however short the rounds are. */
const LEAST_LIMIT_MS = 5_000;
/** What a killed process may take to end; past that it is held by its disk. */
const KILLED_PATIENCE_MS = 2_000;

/**
 * How long listeners have to close a round. With the grace before it that is a tenth of the round, and a Koii
 * submission window is a third at least.
 */
export function closingLimitMs(span: RoundSpan): number {
  return Math.max(LEAST_LIMIT_MS, graceMs(span));
}

export interface ClosableListeners {
  /** Says it to every listener that hears; `messageFor` is called once for each. */
  tellEach(messageFor: (life: string) => ToListener | null): void;
  /** At once, so that it answers nobody any more. False for one that has not opened its port or has ended. */
  kill(life: string): boolean;
}

export class RoundBarrier {
  private waiting: Waiting | null = null;
  private closed: bigint | null = null;

  /**
   * `boundsNow`: where every shard of the node ends, those without a listener included. `onHung`: hears which listeners
   * did not close a round within `limitMs` and were killed.
   */
  constructor(
    private readonly listeners: ClosableListeners,
    private readonly boundsNow: () => ShardBounds,
    private readonly limitMs: (round: bigint) => number,
    private readonly onHung: (round: bigint, lives: readonly string[]) => void,
    private readonly timers: Timers,
  ) {}

  /** One at a time. Resolves when no share of the round can reach the log any more. */
  async close(round: bigint): Promise<ShardBounds> {
    // One that is closed late does not open those behind it again.
    if (this.closed === null || round > this.closed) this.closed = round;
    const lives = new Set<string>();
    const bounds: Record<string, number> = {};
    await new Promise<void>((resolve) => {
      const cancel = this.timers.after(this.limitMs(round), () => this.killWaiting());
      this.waiting = { round, lives, bounds, resolve, cancel };
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

  private killWaiting(): void {
    const { waiting } = this;
    if (waiting === null) return;
    const lives = [...waiting.lives];
    const killed = lives.filter((life) => this.listeners.kill(life));
    if (killed.length > 0) this.onHung(waiting.round, killed);
    waiting.cancel = this.timers.after(KILLED_PATIENCE_MS, () => {
      waiting.lives.clear();
      this.look();
    });
  }

  private look(): void {
    if (this.waiting === null || this.waiting.lives.size > 0) return;
    const { resolve, cancel } = this.waiting;
    this.waiting = null;
    cancel();
    resolve();
  }
}
