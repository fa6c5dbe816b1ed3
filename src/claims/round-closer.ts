/**
 * Closes rounds in their time: when a round and its grace are over, no listener takes shares of it any more, and the
 * claim is made of exactly what the log holds then. A round is closed once; what fails is tried again, a little later
 * each time, because the shares do not go away.
 */
import { type Clock, errorMessage, type Logger } from '../lib/index.js';
import type { RoundBinding } from '../mining/index.js';
import type { ClaimStore } from './claim-store.js';
import type { ClosedRound, ShardBounds } from './closed-round.js';

/** When rounds end. */
export interface RoundTimes {
  /** The first millisecond that belongs to the next round. */
  endMs(round: bigint): number;
  /** How long shares of an ended round still count. */
  readonly graceMs: number;
}

export interface RoundCloserSteps {
  /** What the round's shares commit to. */
  bindingOf(round: bigint): RoundBinding;
  /** Resolves when no share of the round can reach the log any more, with where they end. */
  barrier(round: bigint): Promise<ShardBounds>;
  /** Makes the claim of what the log has of the round up to the bounds, and stores it. */
  claim(binding: RoundBinding, bounds: ShardBounds): Promise<ClosedRound>;
}

const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 60_000;

export class RoundCloser {
  /** Told of each round that is closed. */
  onClosed: (closed: ClosedRound) => void = () => {};
  private next: bigint;
  private busy: Promise<void> | null = null;
  private retryMs = 0;
  private retryDelayMs = FIRST_RETRY_MS;
  private waiting: { readonly round: bigint; readonly resolve: (closed: ClosedRound | null) => void }[] = [];
  private stopped = false;

  /** `first`: the oldest round to close; of those already in the store nothing is done again. */
  constructor(
    private readonly times: RoundTimes,
    first: bigint,
    private readonly store: ClaimStore,
    private readonly steps: RoundCloserSteps,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {
    this.next = first;
  }

  freezeMs(round: bigint): number {
    return this.times.endMs(round) + this.times.graceMs;
  }

  /** Called about once a second. */
  tick(): void {
    const nowMs = this.clock.nowMs();
    if (this.stopped || this.busy !== null || nowMs < this.freezeMs(this.next) || nowMs < this.retryMs)
      return;
    this.busy = this.close(this.next).finally(() => {
      this.busy = null;
      this.tick();
    });
  }

  /** The closed round, once it is; null when the node stops first. At once for one that is closed. */
  closed(round: bigint): Promise<ClosedRound | null> {
    const known = this.store.get(round);
    if (known !== null || this.stopped) return Promise.resolve(known);
    return new Promise((resolve) => this.waiting.push({ round, resolve }));
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.busy;
    for (const { resolve } of this.waiting.splice(0)) resolve(null);
  }

  private async close(round: bigint): Promise<void> {
    try {
      const closed = this.store.get(round) ?? (await this.freshlyClosed(round));
      this.next = round + 1n;
      this.retryDelayMs = FIRST_RETRY_MS;
      for (const { resolve } of this.waiting.filter((each) => each.round === round)) resolve(closed);
      this.waiting = this.waiting.filter((each) => each.round !== round);
    } catch (error) {
      this.retryMs = this.clock.nowMs() + this.retryDelayMs;
      this.logger.error(
        { round, error: errorMessage(error), retryInMs: this.retryDelayMs },
        'a round could not be closed',
      );
      this.retryDelayMs = Math.min(2 * this.retryDelayMs, LAST_RETRY_MS);
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
