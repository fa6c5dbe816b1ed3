/** What a Koii task's calls come to in this node: rounds heard of, claims waited for, submissions judged. */
import { readRoundFacts } from '../claims/index.js';
import type { AuditWish, PlatformDesk, PlatformVerdict } from '../http/index.js';
import type { Timers } from '../lib/index.js';
import type { AuditDesk } from './audit-desk.js';
import type { NodeClaims } from './node-claims.js';

export class PlatformCalls implements PlatformDesk {
  /** `onRound`: called when the task has told of a round. */
  constructor(
    private readonly claims: NodeClaims,
    private readonly desk: AuditDesk,
    private readonly timers: Timers,
    private readonly onRound: () => void,
  ) {}

  get receiptKey(): Uint8Array {
    return this.claims.receiptKey.publicKey;
  }

  async hear(body: unknown): Promise<bigint> {
    const facts = readRoundFacts(body);
    await this.claims.rounds.hear(facts, this.timers.nowMs());
    this.onRound();
    return facts.round;
  }

  isExpected(round: bigint): boolean {
    if (this.claims.store.get(round) !== null) return true;
    const { schedule } = this.claims.rounds;
    const newest = schedule.newest(this.timers.nowMs());
    return newest !== null && round <= newest && schedule.span(round) !== null;
  }

  async untilClosed(round: bigint, waitMs: number): Promise<boolean> {
    let cancel = (): void => {};
    const tooLong = new Promise<null>((resolve) => {
      cancel = this.timers.after(waitMs, () => resolve(null));
    });
    try {
      return (await Promise.race([this.claims.closed(round), tooLong])) !== null;
    } finally {
      cancel();
    }
  }

  judge(wish: AuditWish): Promise<PlatformVerdict> {
    return this.desk.judge(wish);
  }
}
