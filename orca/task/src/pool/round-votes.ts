/**
 * This node's votes on a round's submissions: false where its verdict is false, true where it is true and somebody doubts
 * it. Each once, and none that the chain has already.
 */
import { errorMessage } from '../../../../src/lib/index.js';
import type { KoiiNode, SubmissionInfo } from '../koii/koii-node.js';

export class RoundVotes {
  private readonly voted = new Set<string>();

  constructor(
    private readonly round: number,
    private readonly node: Pick<KoiiNode, 'submissionInfo' | 'vote'>,
    /** This node's own. */
    private readonly address: string,
    private readonly problem: (what: string) => void,
  ) {}

  /** Those of `verdicts`, by submitter, that may be voted on yet: what nobody doubts may be doubted later. */
  owed(verdicts: ReadonlyMap<string, boolean>): string[] {
    return [...verdicts.keys()].filter((key) => !this.voted.has(key));
  }

  /** False votes that did not get through; and true ones on what is doubted in `info`, where it was read. What fails is told. */
  async castAll(verdicts: ReadonlyMap<string, boolean>, info: SubmissionInfo | null): Promise<void> {
    const doubted = info?.submissions_audit_trigger[this.round] ?? {};
    for (const key of this.owed(verdicts)) {
      const isValid = verdicts.get(key)!;
      if (isValid && !Object.hasOwn(doubted, key)) continue;
      await this.cast(key, isValid).catch((error) => this.problem(errorMessage(error)));
    }
  }

  /** Throws `KoiiNodeError`. */
  async cast(key: string, isValid: boolean): Promise<void> {
    const info = await this.node.submissionInfo(this.round);
    const trigger = info?.submissions_audit_trigger[this.round]?.[key];
    if (isValid && trigger === undefined) return;
    const voters =
      trigger === undefined ? [] : [trigger.trigger_by, ...trigger.votes.map(({ voter }) => voter)];
    if (!voters.includes(this.address)) await this.node.vote(key, isValid, this.round);
    this.voted.add(key);
  }
}
