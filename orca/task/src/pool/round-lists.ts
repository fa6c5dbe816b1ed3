/**
 * The distribution list of a round from its making to its payout: published where Koii's choice is this node, made again
 * and compared where it is another, paid once it can be no more audited. What fails is tried again while it is of use,
 * after a look at the chain, because what failed may have been done. A failed list stays on the chain beside the one that
 * took its place, while the record is the round's: who asks for the payout of the old one would have the new one fail.
 */
import { CodedError, errorCode, type Timers } from '../../../../src/lib/index.js';
import { insist } from '../koii/insist.js';
import type {
  ChainSubmission,
  DistributionInfo,
  DistributionList,
  KoiiNode,
  TaskState,
} from '../koii/koii-node.js';
import { listAuthor } from '../koii/list-author.js';
import { listFault } from '../koii/list-rules.js';
import type { StakeWatch } from '../operator/stake-watch.js';
import { sleep } from '../system-timers.js';
import type { TaskStatus } from '../task-status.js';
import { listOfRound } from './list-of-round.js';
import { roundAt, slotsOfRound } from './round-plan.js';

export class RoundListsError extends CodedError<'LIST_NOT_UPLOADED'> {}

export interface RoundListsDeps {
  readonly node: KoiiNode;
  /** This node's own. */
  readonly key: { readonly address: string };
  readonly status: TaskStatus;
  readonly timers: Timers;
  readonly stake: Pick<StakeWatch, 'listed'>;
  /** Of a round, in roe. */
  readonly bounty: number;
}

const PAYOUT_POLL_MS = 1_000;
const LONGEST_WAIT_MS = 15_000;

export class RoundLists {
  constructor(private readonly deps: RoundListsDeps) {}

  /** Null where nobody has submitted. Throws `KoiiNodeError`. */
  async make(round: number): Promise<DistributionList | null> {
    const { node, status, stake, bounty } = this.deps;
    const list = await listOfRound(node, bounty, round);
    if (list !== null) {
      status.note(round, { list });
      await stake.listed(round, list);
    }
    return list;
  }

  /**
   * Publishes the list where Koii's choice is this node, and asks for the payout. Where the one that was published failed,
   * Koii chooses another node, and calls again. Throws `KoiiNodeError` and `RoundListsError`, as all that follow.
   */
  async publish(round: number, isPreviousFailed: boolean): Promise<void> {
    const isTooLate = async (): Promise<boolean> => {
      const { into, task } = await this.present();
      return into >= task.submission_window;
    };
    const isPublished = await this.insist(isTooLate, () => this.tryToPublish(round, isPreviousFailed));
    if (isPublished) await this.payOut(round);
  }

  /** Waits until this node's own list can be no more audited; nothing for one that is paid, or is none. */
  async payOut(round: number): Promise<void> {
    const { node, timers } = this.deps;
    let publishedSlot = Number.POSITIVE_INFINITY;
    const isTooLate = async (): Promise<boolean> => {
      const { slot, task } = await this.present();
      return slot > publishedSlot + 2 * task.round_time;
    };
    await this.insist(isTooLate, async () => {
      const slot = await this.unpaidSlot(round);
      if (slot === null) return;
      publishedSlot = slot;
      const { audit_window, submission_window } = await node.taskState({ stakes: false });
      const payoutSlot = slot + audit_window + submission_window;
      while ((await node.slot()) < payoutSlot) await sleep(timers, PAYOUT_POLL_MS);
      if ((await this.unpaidSlot(round)) !== null) await node.payOut(round);
    });
  }

  /** Each published list is made again and has to be the same; what one does otherwise stands on `/status`. */
  async audit(round: number): Promise<void> {
    const isTooLate = async (): Promise<boolean> => {
      const { into, task } = await this.present();
      return into < task.submission_window || into >= task.submission_window + task.audit_window;
    };
    await this.insist(isTooLate, () => this.auditAll(round));
  }

  /** Whether this node has published it. */
  private async tryToPublish(round: number, isPreviousFailed: boolean): Promise<boolean> {
    const { node, key } = this.deps;
    const rounds = [round, round - 1, round - 2].filter((each) => each >= 0);
    const infos = await Promise.all(rounds.map((each) => node.submissionInfo(each)));
    const distribution = await node.distributionInfo(round);
    const { own, isReplaced } = await this.ownList(distribution, round);
    const hasFailed = distribution?.distributions_audit_record[round] === 'PayoutFailed';
    // By an attempt whose answer was lost, or by the process before this one.
    if (own !== null && !hasFailed) return !isReplaced;
    if (listAuthor({ round, infos, distribution, isPreviousFailed }) !== key.address) return false;
    const list = await this.make(round);
    if (list === null) return false;
    if (!(await node.uploadList(list, round))) {
      throw new RoundListsError('LIST_NOT_UPLOADED', 'the Koii node did not bring the list to K2');
    }
    await node.submitList(round);
    return true;
  }

  /** When this node published its list; null where there is none to pay. */
  private async unpaidSlot(round: number): Promise<number | null> {
    const info = await this.deps.node.distributionInfo(round);
    if (info?.distributions_audit_record[round] !== 'Uninitialized') return null;
    const { own, isReplaced } = await this.ownList(info, round);
    return own === null || isReplaced ? null : own.slot;
  }

  /** `isReplaced`: a list was published in a later round, which Koii asks for where the one before has failed. */
  private async ownList(
    info: DistributionInfo | null,
    round: number,
  ): Promise<{ own: ChainSubmission | null; isReplaced: boolean }> {
    const { node, key } = this.deps;
    const lists = info?.distribution_rewards_submission[round] ?? {};
    const own = lists[key.address] ?? null;
    if (own === null) return { own, isReplaced: false };
    const task = await node.taskState({ stakes: false });
    const newest = Math.max(...Object.values(lists).map(({ slot }) => slot));
    return { own, isReplaced: roundAt(newest, task) > roundAt(own.slot, task) };
  }

  /** Looks at each, and throws then what went wrong with one. */
  private async auditAll(round: number): Promise<void> {
    const { node, key } = this.deps;
    const own = await this.make(round);
    const info = await node.distributionInfo(round);
    // Where this node can make none it cannot tell.
    if (own === null || info === null) return;
    const failures: unknown[] = [];
    for (const author of Object.keys(info.distribution_rewards_submission[round] ?? {})) {
      const doubt = info.distributions_audit_trigger[round]?.[author];
      const voters = doubt === undefined ? [] : [doubt.trigger_by, ...doubt.votes.map(({ voter }) => voter)];
      // Voted on already: also one that has failed, and stands beside its successor.
      if (author === key.address || voters.includes(key.address)) continue;
      try {
        await this.auditOne(own, author, round, doubt !== undefined);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  private async auditOne(
    own: DistributionList,
    author: string,
    round: number,
    isDoubted: boolean,
  ): Promise<void> {
    const { node, status } = this.deps;
    const fault = await this.faultOf(own, author, round);
    if (fault !== null) status.noteFalseList(round, author, fault);
    if (fault !== null || isDoubted) await node.voteOnList(author, fault === null, round);
    if (fault !== null) {
      status.problem(`the list of ${author} for round ${round} is voted false: it ${fault}`);
    }
  }

  /** Null for a list as it has to be. */
  private async faultOf(own: DistributionList, author: string, round: number): Promise<string | null> {
    try {
      const published = await this.deps.node.list(author, round);
      return published === null ? 'is not to be had' : listFault(own, published);
    } catch (error) {
      if (errorCode(error) === 'KOII_ANSWER') return 'cannot be read';
      throw error;
    }
  }

  /** `into`: slots since the present round began. */
  private async present(): Promise<{ slot: number; into: number; task: TaskState }> {
    const { node } = this.deps;
    const task = await node.taskState({ stakes: false });
    const slot = await node.slot();
    return { slot, into: slot - slotsOfRound(roundAt(slot, task), task).startSlot, task };
  }

  private insist<Result>(isTooLate: () => Promise<boolean>, attempt: () => Promise<Result>): Promise<Result> {
    return insist({ timers: this.deps.timers, longestWaitMs: LONGEST_WAIT_MS, isTooLate }, attempt);
  }
}
