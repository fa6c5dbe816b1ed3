/**
 * Closes rounds in their time: when a round and its grace are over, no listener takes shares of it any more, and the
 * claim is made of exactly what the log holds then. A round is closed once; what fails is tried again, a little later
 * each time, because the shares do not go away, and rounds behind it do not wait for it.
 */
import { type Clock, errorMessage, type Logger } from '../lib/index.js';
import type { RoundBinding } from '../mining/index.js';
import type { RoundSchedule } from '../rounds/index.js';
import type { ClaimStore } from './claim-store.js';
import type { ClosedRound, ShardBounds } from './closed-round.js';

export interface RoundCloserSteps {
  /** Whether its shares do not count any more; once true for ever. */
  isOver(round: bigint, nowMs: number): boolean;
  /** What the round's shares commit to. */
  bindingOf(round: bigint): RoundBinding;
  /** Resolves when no share of the round can reach the log any more, with where they end. */
  barrier(round: bigint): Promise<ShardBounds>;
  /** Makes the claim of what the log has of the round up to the bounds, and stores it. */
  claim(binding: RoundBinding, bounds: ShardBounds): Promise<ClosedRound>;
}

const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 60_000;

/** When it is tried again, how long after the last time, and why it failed then. */
interface FailedClose {
  readonly atMs: number;
  readonly delayMs: number;
  readonly reason: string;
}

/** A round that failed as often is told of: a listener that has just ended is back by then. */
const TOLD_DELAY_MS = 16_000;

interface AwaitedRound {
  readonly closed: Promise<ClosedRound | null>;
  readonly resolve: (closed: ClosedRound | null) => void;
}

function awaitedRound(): AwaitedRound {
  let resolve!: AwaitedRound['resolve'];
  const closed = new Promise<ClosedRound | null>((settle) => {
    resolve = settle;
  });
  return { closed, resolve };
}

export class RoundCloser {
  /** Told of each round that is closed. */
  onClosed: (closed: ClosedRound) => void = () => {};
  private busy: Promise<void> | null = null;
  /** Rounds behind `last` that are closed, or are tried again. */
  private readonly begun = new Set<bigint>();
  /** Rounds that could not be closed yet. */
  private readonly failed = new Map<bigint, FailedClose>();
  /** One for each round that is waited for, however many ask. */
  private readonly awaited = new Map<bigint, AwaitedRound>();
  private stopped = false;

  /** `last`: no round up to this one is looked at; of those behind it that the store has nothing is done again. */
  constructor(
    private readonly schedule: Pick<RoundSchedule, 'after'>,
    private last: bigint,
    private readonly store: ClaimStore,
    private readonly steps: RoundCloserSteps,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** Called about once a second. */
  tick(): void {
    if (this.stopped || this.busy !== null) return;
    const round = this.due(this.clock.nowMs());
    if (round === null) return;
    this.busy = this.close(round).finally(() => {
      this.busy = null;
      this.tick();
    });
  }

  /** The closed round, once it is; null when the node stops first. At once for one that is closed. */
  closed(round: bigint): Promise<ClosedRound | null> {
    const known = this.store.get(round);
    if (known !== null || this.stopped) return Promise.resolve(known);
    const one = this.awaited.get(round) ?? awaitedRound();
    this.awaited.set(round, one);
    return one.closed;
  }

  /** Rounds that could not be closed for half a minute, and why. */
  unclosed(): { readonly round: bigint; readonly reason: string }[] {
    return [...this.failed].flatMap(([round, { delayMs, reason }]) =>
      delayMs < TOLD_DELAY_MS ? [] : [{ round, reason }],
    );
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.busy;
    for (const { resolve } of this.awaited.values()) resolve(null);
    this.awaited.clear();
  }

  private due(nowMs: number): bigint | null {
    for (const [round, { atMs }] of this.failed) if (nowMs >= atMs) return round;
    for (
      let round = this.schedule.after(this.last);
      round !== null && (this.begun.has(round) || this.steps.isOver(round, nowMs));
      round = this.schedule.after(round)
    ) {
      if (!this.begun.has(round)) return round;
      // One that was told of late, when those behind it were closed, has its turn all the same.
      if (round === this.last + 1n) {
        this.last = round;
        this.begun.delete(round);
      }
    }
    return null;
  }

  private async close(round: bigint): Promise<void> {
    if (round > this.last) this.begun.add(round);
    try {
      const closed = this.store.get(round) ?? (await this.freshlyClosed(round));
      this.failed.delete(round);
      this.awaited.get(round)?.resolve(closed);
      this.awaited.delete(round);
    } catch (error) {
      const delayMs = Math.min(2 * (this.failed.get(round)?.delayMs ?? FIRST_RETRY_MS / 2), LAST_RETRY_MS);
      const reason = errorMessage(error);
      this.failed.set(round, { atMs: this.clock.nowMs() + delayMs, delayMs, reason });
      this.logger.error({ round, error: reason, retryInMs: delayMs }, 'a round could not be closed');
    }
  }

  private async freshlyClosed(round: bigint): Promise<ClosedRound> {
    const bounds = await this.steps.barrier(round);
    const closed = await this.steps.claim(this.steps.bindingOf(round), bounds);
    const { claim } = closed;
    this.logger.info(
      claim === null
        ? { round }
        : { round, shares: claim.count, miners: claim.miners, work: claim.total, package: claim.packageCid },
      claim === null ? 'a round without shares is closed' : 'a round is closed and claimed',
    );
    this.onClosed(closed);
    return closed;
  }
}
