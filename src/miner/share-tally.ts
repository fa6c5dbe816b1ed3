/** What became of the shares a miner found: pairs each answer of the pool with its submit, and counts. */
import type { Clock } from '../lib/index.js';
import type { Rejection, Submission } from './dialogue.js';

export interface MinedShare extends Submission {
  /** Internal order. */
  readonly hash: Uint8Array;
  /** Of the job, as set by the pool. */
  readonly difficulty: number;
}

export interface ShareCounts {
  readonly accepted: number;
  readonly rejected: number;
  /** Those of `rejected` that the pool called stale (code 21 or the word itself). */
  readonly stale: number;
  readonly rejectedByReason: Readonly<Record<string, number>>;
  /** Found too late: their job was called off before they could be sent. */
  readonly dropped: number;
  /** Sent, and the connection lost before an answer. */
  readonly unanswered: number;
}

export interface Answered {
  readonly share: MinedShare;
  readonly latencyMs: number;
}

export class ShareTally {
  private readonly sent = new Map<number, { readonly share: MinedShare; readonly atMs: number }>();
  private readonly rejectedByReason = new Map<string, number>();
  private accepted = 0;
  private rejected = 0;
  private stale = 0;
  private dropped = 0;
  private unanswered = 0;

  constructor(private readonly clock: Clock) {}

  drop(): void {
    this.dropped++;
  }

  /** `id`: the submit's on the current connection. */
  send(id: number, share: MinedShare): void {
    this.sent.set(id, { share, atMs: this.clock.nowMs() });
  }

  /** Null when no such submit waits for an answer. */
  answer(id: number, rejection: Rejection | null): Answered | null {
    const sent = this.sent.get(id);
    if (sent === undefined) return null;
    this.sent.delete(id);
    if (rejection === null) {
      this.accepted++;
    } else {
      this.rejected++;
      if (rejection.code === 21 || /stale/i.test(rejection.reason)) this.stale++;
      this.rejectedByReason.set(rejection.reason, (this.rejectedByReason.get(rejection.reason) ?? 0) + 1);
    }
    return { share: sent.share, latencyMs: this.clock.nowMs() - sent.atMs };
  }

  /** The connection is gone; what waited for an answer will not get one. */
  disconnect(): void {
    this.unanswered += this.sent.size;
    this.sent.clear();
  }

  counts(): ShareCounts {
    const { accepted, rejected, stale, dropped, unanswered } = this;
    const rejectedByReason = Object.fromEntries(this.rejectedByReason);
    return { accepted, rejected, stale, rejectedByReason, dropped, unanswered };
  }
}
