/**
 * What the task does in each of the five calls of its node. None rejects: what went wrong is a problem that `/status` and
 * the minute's line show, and the next call tries again.
 */
import { errorMessage, type Timers } from '../../../src/lib/index.js';
import { MAX_ARCHIVE_BYTES } from '../../../src/rounds/index.js';
import { insist } from './koii/insist.js';
import type { TaskCalls } from './koii/ipc-calls.js';
import type { DistributionList, KoiiNode } from './koii/koii-node.js';
import type { StakingKey } from './koii/staking-key.js';
import type { OperatorWatch } from './operator/operator-watch.js';
import type { StakeWatch } from './operator/stake-watch.js';
import { ArchiveFetch } from './pool/archive-fetch.js';
import type { Container } from './pool/container.js';
import { hasSubmitted, submissionOf } from './pool/read-submission.js';
import { RoundAudit } from './pool/round-audit.js';
import { RoundLists } from './pool/round-lists.js';
import { roundAt, slotsOfRound } from './pool/round-plan.js';
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
  /** Of a round, in roe. */
  readonly bounty: number;
}

/** What one round's audits may fetch: a dozen of the largest packages, or ten thousand ordinary ones. */
const AUDIT_BUDGET = 12 * MAX_ARCHIVE_BYTES;
const MINUTE_MS = 60_000;
const RETRY_MS = 1_000;
const LONGEST_WAIT_MS = 15_000;
const SEED_TRIES = 60;

export class PoolTask implements TaskCalls {
  private readonly submitter: Submitter;
  private readonly lists: RoundLists;
  private stopTelling = (): void => {};

  constructor(private readonly deps: PoolTaskDeps) {
    const { node, container, teller, folder, storage, key, timers, bounty } = deps;
    this.submitter = new Submitter(node, container, teller, folder, storage, key, timers, bounty);
    this.lists = new RoundLists(deps);
  }

  /** The node calls when a round begins, and this process may have begun in the middle of one. */
  start(): Promise<void> {
    const { node, bounty, status } = this.deps;
    return this.doing('starting', async () => {
      const state = await node.taskState({ stakes: false });
      const { bounty_amount_per_round: paid } = state;
      if (paid !== bounty) {
        status.problem(
          `this build shares ${bounty} roe in a list where its task pays ${paid}: it is another task's`,
        );
      }
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
    const { node, key } = this.deps;
    const submission = await this.makeSubmission(round);
    const isTooLate = async (): Promise<boolean> => {
      const { submissionDeadlineSlot } = slotsOfRound(round, await node.taskState({ stakes: false }));
      return (await node.slot()) > submissionDeadlineSlot;
    };
    await this.doing(`submitting round ${round}`, () =>
      this.insist(isTooLate, async () => {
        // A second submission would take the place and the slot of the first: of an attempt whose answer was lost, or
        // of the process before this one.
        const isThere = submissionOf(await node.submissionInfo(round), round, key.address) !== null;
        if (!isThere) await node.submit(submission, round);
      }),
    );
  }

  /**
   * What stands for the round already, else a new one. Never rejects: a node that cannot claim says that it was idle. One
   * that submitted nothing for the round before has begun in this one, whose end its container may have missed: that stands
   * on `/status` and alarms nobody.
   */
  async makeSubmission(round: number): Promise<string> {
    const { node, status, key } = this.deps;
    let submission = idleSubmission(round);
    try {
      const standing = submissionOf(await node.submissionInfo(round).catch(() => null), round, key.address);
      submission = standing?.submission_value.trimEnd() ?? (await this.submitter.submissionOf(round));
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
    const judged = (verdicts: ReadonlyMap<string, boolean>): void =>
      status.note(round, { verdicts: Object.fromEntries(verdicts) });
    const audit = new RoundAudit(round, {
      ...{ taskId, node, container, teller, archives, timers, problem, judged },
      address: key.address,
    });
    const isTooLate = async (): Promise<boolean> => {
      const { auditDeadlineSlot } = slotsOfRound(round, await node.taskState({ stakes: false }));
      return (await node.slot()) > auditDeadlineSlot;
    };
    return this.doing(`auditing round ${round}`, async () => {
      await this.insist(isTooLate, () => audit.run());
      judged(audit.verdicts);
    });
  }

  /** Null where nobody has submitted. Throws `KoiiNodeError`. */
  makeList(round: number): Promise<DistributionList | null> {
    return this.lists.make(round);
  }

  distribution(round: number, isPreviousFailed: boolean): Promise<void> {
    return this.doing(`the list of round ${round}`, () => this.lists.publish(round, isPreviousFailed));
  }

  payOut(round: number): Promise<void> {
    return this.doing(`the payout of round ${round}`, () => this.lists.payOut(round));
  }

  auditDistribution(round: number): Promise<void> {
    return this.doing(`auditing the list of round ${round}`, () => this.lists.audit(round));
  }

  stop(): void {
    this.stopTelling();
  }

  private insist(isTooLate: () => Promise<boolean>, attempt: () => Promise<void>): Promise<void> {
    const { timers } = this.deps;
    return insist({ timers, longestWaitMs: LONGEST_WAIT_MS, isTooLate }, attempt);
  }

  private async doing(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.deps.status.problem(`${what}: ${errorMessage(error)}`);
    }
  }
}
