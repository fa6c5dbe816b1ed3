/**
 * The node's calls, each made once for a round by one process. One that begins in the middle of a round makes those
 * whose time it is by itself: the process before it may have ended while it worked on them, and whether the node calls
 * again is not known. A list whose author was started again is paid so, and no round is silent for a restart.
 */
import type { TaskCalls } from './koii/ipc-calls.js';
import type { KoiiNode } from './koii/koii-node.js';
import { submissionOf } from './pool/read-submission.js';
import { roundAt } from './pool/round-plan.js';

/** Calls of more rounds than are ever open at once. */
const MOST_REMEMBERED = 64;

export class RoundCalls implements TaskCalls {
  private readonly begun = new Map<string, Promise<void>>();

  /** `address`: this node's own. `pool`: none of its calls rejects. */
  constructor(
    private readonly pool: TaskCalls & { payOut(round: number): Promise<void> },
    private readonly node: Pick<KoiiNode, 'slot' | 'taskState' | 'submissionInfo' | 'distributionInfo'>,
    private readonly address: string,
  ) {}

  task(round: number): Promise<void> {
    return this.pool.task(round);
  }

  submission(round: number): Promise<void> {
    return this.once(`submission ${round}`, () => this.pool.submission(round));
  }

  audit(round: number): Promise<void> {
    return this.once(`audit ${round}`, () => this.pool.audit(round));
  }

  distribution(round: number, isPreviousFailed: boolean): Promise<void> {
    return this.once(`distribution ${round}`, () => this.pool.distribution(round, isPreviousFailed));
  }

  auditDistribution(round: number): Promise<void> {
    return this.once(`auditDistribution ${round}`, () => this.pool.auditDistribution(round));
  }

  /** What the present slot asks for and nobody has done. Throws `KoiiNodeError`. */
  async resume(): Promise<void> {
    const task = await this.node.taskState({ stakes: false });
    const slot = await this.node.slot();
    const round = roundAt(slot, task);
    const into = slot - task.starting_slot - round * task.round_time;
    const { submission_window, audit_window } = task;
    const [claimed, listed] = [round - 1, round - 2];
    // A list is paid at the end of the round it was published in, or early in the next.
    const work = [listed - 1, listed].filter((each) => each >= 0).map((each) => this.pool.payOut(each));
    if (into < submission_window) {
      if (claimed >= 0 && !(await this.hasSubmitted(claimed))) work.push(this.submission(claimed));
      if (listed >= 0 && !(await this.isListed(listed))) {
        work.push(this.distribution(listed, await this.hasFailed(listed - 1)));
      }
    } else if (into < submission_window + audit_window) {
      if (claimed >= 0) work.push(this.audit(claimed));
      if (listed >= 0) work.push(this.auditDistribution(listed));
    }
    await Promise.all(work);
  }

  private async hasSubmitted(round: number): Promise<boolean> {
    return submissionOf(await this.node.submissionInfo(round), round, this.address) !== null;
  }

  private async isListed(round: number): Promise<boolean> {
    const info = await this.node.distributionInfo(round);
    return Object.keys(info?.distribution_rewards_submission[round] ?? {}).length > 0;
  }

  private async hasFailed(round: number): Promise<boolean> {
    if (round < 0) return false;
    return (await this.node.distributionInfo(round))?.distributions_audit_record[round] === 'PayoutFailed';
  }

  private once(name: string, call: () => Promise<void>): Promise<void> {
    const begun = this.begun.get(name) ?? call();
    this.begun.set(name, begun);
    for (const old of this.begun.keys()) if (this.begun.size > MOST_REMEMBERED) this.begun.delete(old);
    return begun;
  }
}
