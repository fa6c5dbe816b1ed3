/**
 * The node's calls, each made once for a round by one process. One that begins in the middle of a round makes those
 * whose time it is by itself: the process before it may have ended while it worked on them, and whether the node calls
 * again is not known. A list whose author was started again is paid so, and no round is silent for a restart. For the
 * list of a round the node calls again, a round later, when the one that was published has failed.
 */
import type { TaskCalls } from './koii/ipc-calls.js';
import type { KoiiNode } from './koii/koii-node.js';
import { submissionOf } from './pool/read-submission.js';
import { roundAt } from './pool/round-plan.js';

/** Calls of more rounds than are ever open at once. */
const MOST_REMEMBERED = 64;
/** `allowed_failed_distributions` of config-task.yml: so many rounds later a list may still be published again. */
const MOST_FAILED_LISTS = 3;

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
    return this.onceInRound(`distribution ${round}`, () => this.pool.distribution(round, isPreviousFailed));
  }

  auditDistribution(round: number): Promise<void> {
    return this.onceInRound(`auditDistribution ${round}`, () => this.pool.auditDistribution(round));
  }

  /** What the present slot asks for and nobody has done. Throws `KoiiNodeError`. */
  async resume(): Promise<void> {
    const task = await this.node.taskState({ stakes: false });
    const slot = await this.node.slot();
    const round = roundAt(slot, task);
    const into = slot - task.starting_slot - round * task.round_time;
    const { submission_window, audit_window } = task;
    const [claimed, listed] = [round - 1, round - 2];
    const failing = Array.from({ length: MOST_FAILED_LISTS }, (_, i) => listed - 1 - i);
    // A list is paid at the end of the round it was published in, or early in the next.
    const payable = [listed, ...failing, listed - 1 - MOST_FAILED_LISTS].filter((each) => each >= 0);
    const work = payable
      .reverse()
      .map((each) => this.once(`payout ${each} in ${round}`, () => this.pool.payOut(each)));
    if (into < submission_window) {
      if (claimed >= 0 && !(await this.hasSubmitted(claimed))) work.push(this.submission(claimed));
      for (const each of [listed, ...failing].filter((each) => each >= 0)) {
        const { isListed, hasFailed } = await this.listOf(each);
        const isDue = hasFailed || (each === listed && !isListed);
        if (isDue) work.push(this.distribution(each, (await this.listOf(each - 1)).hasFailed));
      }
    } else if (into < submission_window + audit_window) {
      if (claimed >= 0) work.push(this.audit(claimed));
      for (const each of [listed, ...failing].filter((each) => each >= 0)) {
        const startSlot = slot - into;
        const isOfNow = (await this.listOf(each)).publishedSlot >= startSlot;
        if (each === listed || isOfNow) work.push(this.auditDistribution(each));
      }
    }
    await Promise.all(work);
  }

  private async hasSubmitted(round: number): Promise<boolean> {
    return submissionOf(await this.node.submissionInfo(round), round, this.address) !== null;
  }

  /** `publishedSlot`: of the newest; 0 for none. */
  private async listOf(
    round: number,
  ): Promise<{ isListed: boolean; hasFailed: boolean; publishedSlot: number }> {
    const info = round < 0 ? null : await this.node.distributionInfo(round);
    const published = Object.values(info?.distribution_rewards_submission[round] ?? {});
    return {
      isListed: published.length > 0,
      hasFailed: info?.distributions_audit_record[round] === 'PayoutFailed',
      publishedSlot: Math.max(0, ...published.map(({ slot }) => slot)),
    };
  }

  /** Once in the present round, whichever round it is about. */
  private async onceInRound(name: string, call: () => Promise<void>): Promise<void> {
    const present = await this.presentRound().catch(() => null);
    await this.once(`${name} in ${present}`, call);
  }

  private async presentRound(): Promise<number> {
    const task = await this.node.taskState({ stakes: false });
    return roundAt(await this.node.slot(), task);
  }

  private once(name: string, call: () => Promise<void>): Promise<void> {
    const begun = this.begun.get(name) ?? call();
    this.begun.set(name, begun);
    for (const old of this.begun.keys()) if (this.begun.size > MOST_REMEMBERED) this.begun.delete(old);
    return begun;
  }
}
