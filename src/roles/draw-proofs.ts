/**
 * The proofs of sampled claims' draws, one after the other: each is made when the beacon is known that its draws depend
 * on, which is a round after the claim. What fails is tried again later, because the task asks for it until its window
 * ends.
 */
import type { ClaimStore, ClosedRound } from '../claims/index.js';
import { errorMessage, type Logger, type Timers } from '../lib/index.js';
import { inClaimThread } from './in-claim-thread.js';
import { LATE_ROUNDS, type NodeRounds } from './node-rounds.js';

const RETRY_MS = 30_000;

export interface DrawFolders {
  readonly shares: string;
  readonly claims: string;
}

export class DrawProofs {
  private busy: Promise<void> | null = null;
  /** When the next try is, after one that failed. */
  private nextMs = 0;
  /** Rounds whose proof was made, or that need none. */
  private readonly done = new Set<bigint>();

  constructor(
    private readonly folders: DrawFolders,
    private readonly rounds: Pick<NodeRounds, 'schedule' | 'book'>,
    private readonly store: ClaimStore,
    private readonly timers: Timers,
    private readonly logger: Logger,
  ) {}

  /** Called about once a second; nothing happens while a proof is being made. */
  tick(): void {
    this.busy ??= this.prove().finally(() => {
      this.busy = null;
    });
  }

  async stop(): Promise<void> {
    await this.busy;
  }

  private async prove(): Promise<void> {
    const { schedule, book } = this.rounds;
    const nowMs = this.timers.nowMs();
    const newest = book === null ? null : schedule.newest(nowMs);
    if (book === null || newest === null || this.waits(nowMs)) return;
    for (let round = newest - LATE_ROUNDS; round < newest; round++) {
      if (this.done.has(round)) continue;
      const beacon = book.beacon(round);
      const closed = beacon === null ? null : this.store.get(round);
      if (beacon === null || closed === null) continue;
      const isDue = closed.claim?.tier === 'sampled' && !this.store.hasDraws(round);
      if (isDue && !(await this.proveOne(closed, beacon))) {
        this.nextMs = this.timers.nowMs() + RETRY_MS;
        return;
      }
      this.done.add(round);
    }
  }

  /** Not where the clock was set back meanwhile. */
  private waits(nowMs: number): boolean {
    const ms = this.nextMs - nowMs;
    return ms > 0 && ms <= RETRY_MS;
  }

  private async proveOne({ binding, bounds, lost }: ClosedRound, beacon: Uint8Array): Promise<boolean> {
    const { round } = binding;
    try {
      const of = { ...this.folders, binding, bounds, lost };
      const cid = await inClaimThread({ kind: 'draws', ...of, appointment: null, beacon });
      this.logger.info({ round, proof: cid }, 'the draws of a sampled claim are proven');
      return true;
    } catch (error) {
      const says = 'the draws of a claim could not be proven';
      this.logger.error({ round, error: errorMessage(error) }, says);
      return false;
    }
  }
}
