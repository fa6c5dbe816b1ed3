/**
 * What the task does in each of the five calls of its node. None rejects: what went wrong is a problem that `/status` and
 * the minute's line show, and the next call tries again.
 */
import { errorCode, errorMessage, type Timers } from '../../../src/lib/index.js';
import { MAX_ARCHIVE_BYTES } from '../../../src/rounds/index.js';
import type { TaskCalls } from './koii/ipc-calls.js';
import type { DistributionList, KoiiNode } from './koii/koii-node.js';
import { listAuthor } from './koii/list-author.js';
import { listFault } from './koii/list-rules.js';
import type { StakingKey } from './koii/staking-key.js';
import type { OperatorWatch } from './operator/operator-watch.js';
import type { StakeWatch } from './operator/stake-watch.js';
import { ArchiveFetch } from './pool/archive-fetch.js';
import type { Container } from './pool/container.js';
import { listOfRound } from './pool/list-of-round.js';
import { hasSubmitted } from './pool/read-submission.js';
import { RoundAudit } from './pool/round-audit.js';
import { roundAt } from './pool/round-plan.js';
import type { RoundTeller } from './pool/round-teller.js';
import type { SharedFolder } from './pool/shared-folder.js';
import { idleSubmission, Submitter } from './pool/submitter.js';
import type { KoiiStorage } from './storage/koii-storage.js';
import { sleep } from './system-timers.js';
import type { TaskStatus } from './task-status.js';

export interface PoolTaskDeps {
  /** Base58. */
  readonly taskId: string;
  readonly node: KoiiNode;
  readonly key: StakingKey;
  readonly container: Container;
  readonly teller: RoundTeller;
  readonly folder: SharedFolder;
  readonly storage: KoiiStorage;
  readonly status: TaskStatus;
  readonly timers: Timers;
  readonly watch: Pick<OperatorWatch, 'look'>;
  readonly stake: StakeWatch;
}

/** What one round's audits may fetch: a dozen of the largest packages, or ten thousand ordinary ones. */
const AUDIT_BUDGET = 12 * MAX_ARCHIVE_BYTES;
const MINUTE_MS = 60_000;
const RETRY_MS = 1_000;
const SUBMIT_TRIES = 20;
const SEED_TRIES = 60;
const PAYOUT_POLL_MS = 1_000;

export class PoolTask implements TaskCalls {
  private readonly submitter: Submitter;
  private stopTelling = (): void => {};

  constructor(private readonly deps: PoolTaskDeps) {
    const { node, container, teller, folder, storage, key, timers } = deps;
    this.submitter = new Submitter(node, container, teller, folder, storage, key, timers);
  }

  /** The node calls when a round begins, and this process may have begun in the middle of one. */
  start(): Promise<void> {
    const { node } = this.deps;
    return this.doing('starting', async () => {
      const state = await node.taskState({ stakes: false });
      await this.task(roundAt(await node.slot(), state));
    });
  }

  /** A round begins: the container is told of it at once and each minute, for its clock to be K2's. */
  task(round: number): Promise<void> {
    const { teller, timers, status, watch, stake } = this.deps;
    status.round = round;
    this.stopTelling();
    this.stopTelling = timers.every(MINUTE_MS, () => {
      void this.doing('telling the container', () => teller.tell(round));
    });
    const told = this.doing(`round ${round}`, async () => {
      for (let tries = 1; ; tries++) {
        try {
          return await teller.tell(round);
        } catch (error) {
          if (tries === SEED_TRIES || status.round !== round) throw error;
          await sleep(timers, RETRY_MS);
        }
      }
    });
    const looked = this.doing('looking at the stake', () => stake.look());
    // Between two rounds there is no work, and nothing is wrong with that.
    void Promise.all([told, looked]).then(() => watch.look());
    return told;
  }

  async submission(round: number): Promise<void> {
    const { node, timers } = this.deps;
    const submission = await this.makeSubmission(round);
    await this.doing(`submitting round ${round}`, async () => {
      for (let tries = 1; ; tries++) {
        try {
          return await node.submit(submission, round);
        } catch (error) {
          if (tries === SUBMIT_TRIES) throw error;
          await sleep(timers, RETRY_MS);
        }
      }
    });
  }

  /**
   * Never rejects: a node that cannot claim says that it was idle. One that submitted nothing for the round before has
   * begun in this one, whose end its container may have missed: that stands on `/status` and alarms nobody.
   */
  async makeSubmission(round: number): Promise<string> {
    const { node, status, key } = this.deps;
    let submission = idleSubmission(round);
    try {
      submission = await this.submitter.submissionOf(round);
    } catch (error) {
      const what = `round ${round} could not be claimed: ${errorMessage(error)}`;
      status.problem(what);
      const isFirst = !(await hasSubmitted(node, round - 1, key.address));
      const whatToDo = "Open the task's /status: it says what its container lacks. The round earns nothing.";
      if (!isFirst) await node.notify('warn', `Bitcoin pool: ${what}`, whatToDo);
    }
    status.note(round, { submission });
    return submission;
  }

  audit(round: number): Promise<void> {
    const { taskId, node, container, teller, folder, storage, key, status, timers } = this.deps;
    const archives = new ArchiveFetch(storage, folder, AUDIT_BUDGET);
    const problem = (what: string): void => status.problem(what);
    const audit = new RoundAudit(round, {
      ...{ taskId, node, container, teller, archives, timers, problem },
      address: key.address,
    });
    return this.doing(`auditing round ${round}`, async () => {
      await audit.run();
      status.note(round, { verdicts: Object.fromEntries(audit.verdicts) });
    });
  }

  /** Null where nobody has submitted. Throws `KoiiNodeError`. */
  async makeList(round: number): Promise<DistributionList | null> {
    const { node, status, stake } = this.deps;
    const list = await listOfRound(node, round);
    if (list !== null) {
      status.note(round, { list });
      await stake.listed(round, list);
    }
    return list;
  }

  /**
   * Publishes the list where Koii's choice is this node, and asks for the payout once it can be no more audited. Where the
   * one that was published failed, Koii chooses another node, and calls again.
   */
  distribution(round: number, isPreviousFailed: boolean): Promise<void> {
    const { node, key } = this.deps;
    return this.doing(`the list of round ${round}`, async () => {
      const rounds = [round, round - 1, round - 2].filter((each) => each >= 0);
      const infos = await Promise.all(rounds.map((each) => node.submissionInfo(each)));
      const distribution = await node.distributionInfo(round);
      const isListed = distribution?.distribution_rewards_submission[round]?.[key.address] !== undefined;
      const hasFailed = distribution?.distributions_audit_record[round] === 'PayoutFailed';
      if (isListed && !hasFailed) return;
      if (listAuthor({ round, infos, distribution, isPreviousFailed }) !== key.address) return;
      const list = await this.makeList(round);
      if (list === null || !(await node.uploadList(list, round))) return;
      await node.submitList(round);
      await this.payOut(round);
    });
  }

  /** Waits until this node's own list can be no more audited; nothing for one that is paid, or is none. */
  payOut(round: number): Promise<void> {
    const { node, key, timers } = this.deps;
    return this.doing(`the payout of round ${round}`, async () => {
      const info = await node.distributionInfo(round);
      const own = info?.distribution_rewards_submission[round]?.[key.address];
      if (own === undefined || info?.distributions_audit_record[round] !== 'Uninitialized') return;
      const { audit_window, submission_window } = await node.taskState({ stakes: false });
      const payoutSlot = own.slot + audit_window + submission_window;
      while ((await node.slot()) < payoutSlot) await sleep(timers, PAYOUT_POLL_MS);
      await node.payOut(round);
    });
  }

  /** Each published list is made again and has to be the same; what one does otherwise stands on `/status`. */
  auditDistribution(round: number): Promise<void> {
    const { node, key, status } = this.deps;
    return this.doing(`auditing the list of round ${round}`, async () => {
      const own = await this.makeList(round);
      const info = await node.distributionInfo(round);
      // Where this node can make none it cannot tell.
      if (own === null || info === null) return;
      for (const author of Object.keys(info.distribution_rewards_submission[round] ?? {})) {
        const doubt = info.distributions_audit_trigger[round]?.[author];
        const voters =
          doubt === undefined ? [] : [doubt.trigger_by, ...doubt.votes.map(({ voter }) => voter)];
        // Also of one that has failed, and stands beside its successor.
        if (author === key.address || voters.includes(key.address)) continue;
        await this.doing(`the list of ${author} for round ${round}`, async () => {
          const fault = await this.faultOf(own, author, round);
          if (fault !== null) {
            status.noteFalseList(round, author, fault);
            status.problem(`the list of ${author} for round ${round} is voted false: it ${fault}`);
          }
          if (fault !== null || doubt !== undefined) await node.voteOnList(author, fault === null, round);
        });
      }
    });
  }

  /** Null for a list as it has to be. Throws `KoiiNodeError` where the node gives no answer. */
  private async faultOf(own: DistributionList, author: string, round: number): Promise<string | null> {
    try {
      const published = await this.deps.node.list(author, round);
      return published === null ? 'is not to be had' : listFault(own, published);
    } catch (error) {
      if (errorCode(error) === 'KOII_ANSWER') return 'cannot be read';
      throw error;
    }
  }

  stop(): void {
    this.stopTelling();
  }

  private async doing(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.deps.status.problem(`${what}: ${errorMessage(error)}`);
    }
  }
}
