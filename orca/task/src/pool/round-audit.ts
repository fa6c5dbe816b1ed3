/**
 * Audits what the other nodes submitted for a round, and votes. Koii's own loop looks at five submissions and reads once
 * who is doubted; this one looks at all within a budget of bytes, the largest work first. It reads the submissions in the
 * first tenth of the window at each step, since a node of K2 may lag; them and the doubts at 60 % of it, and from 90 % on
 * until it ends; and stands by what it found valid, so that a late false vote does not stand alone. What Koii's storage
 * does not give is looked for at the claiming node as well. Where this node cannot tell, it does not vote, which on Koii
 * lets a submission pass.
 */
import { errorMessage, type Timers } from '../../../../src/lib/index.js';
import type { ChainSubmission, KoiiNode, SubmissionInfo, TaskState } from '../koii/koii-node.js';
import { packageUrlAt } from '../koii/node-registry.js';
import { sleep } from '../system-timers.js';
import type { ArchiveFetch } from './archive-fetch.js';
import type { Container } from './container.js';
import { auditSlot, type RoundSlots, slotsOfRound } from './round-plan.js';
import { RoundSubjects, type Subject, wantedOf } from './round-subjects.js';
import type { RoundTeller } from './round-teller.js';
import { RoundVotes } from './round-votes.js';

/** Parts of the audit window; from the last on at each step. */
const LOOKED_AGAIN = [0.6, 0.9];
/** When the container is sent to the claiming node for what the storage does not give. */
const ASKS_NODE = [0, ...LOOKED_AGAIN];
/** In a round, over all claiming nodes: each may send as much as the largest archive, and take half a minute for it. */
const MOST_NODES_ASKED = 36;
const NODES_AT_ONCE = 4;
const LATE = 0.9;
/** By then each node of K2 shows what was submitted in the last slot; up to then the submissions are read at each step. */
const SEEN_BY = 0.1;
const POLL_PART = 0.01;
const POLL_MS = { least: 200, most: 15_000 };

export interface AuditDeps {
  /** Base58. */
  readonly taskId: string;
  readonly node: KoiiNode;
  readonly container: Pick<Container, 'audit'>;
  readonly teller: Pick<RoundTeller, 'tell' | 'seed' | 'beacon'>;
  readonly archives: Pick<ArchiveFetch, 'bring'>;
  /** This node's own. */
  readonly address: string;
  readonly timers: Timers;
  readonly problem: (what: string) => void;
  /** Of all there is a verdict, and what is false is voted so; said at each later look as well. */
  readonly judged: (verdicts: ReadonlyMap<string, boolean>) => void;
}

/** What there is of a subject's archives; `denied`: by CID, those of which the storage says that it has them not. */
interface Gathered {
  readonly isWhole: boolean;
  readonly denied: readonly string[];
}

export class RoundAudit {
  /** By submitter. */
  readonly verdicts = new Map<string, boolean>();
  private readonly votes: RoundVotes;
  private readonly subjects: RoundSubjects;
  /** Those without a verdict. */
  private readonly pending = new Set<Subject>();
  /** By submitter: how many of `ASKS_NODE` are past. */
  private readonly nodesAsked = new Map<string, number>();
  private readonly beingAsked = new Set<string>();
  private asked = 0;
  /** CIDs of which the storage does not say whether it has them. */
  private readonly unsaid = new Set<string>();

  constructor(
    private readonly round: number,
    private readonly deps: AuditDeps,
  ) {
    this.votes = new RoundVotes(round, deps.node, deps.address, deps.problem);
    this.subjects = new RoundSubjects(round, deps.node, deps.address);
  }

  /** Ends with the audit window, or when nothing is left to do in it. Throws `KoiiNodeError`. */
  async run(): Promise<void> {
    const { node, timers, teller, problem } = this.deps;
    const task = await node.taskState({ stakes: true });
    const slots = slotsOfRound(this.round, task);
    const pollMs = pollOf(task, await node.averageSlotMs());
    const again = LOOKED_AGAIN.map((part) => auditSlot(slots, part));
    let isAllSeen = false;
    // At the last step.
    let slot = 0;
    for (;;) {
      const isDue = again[0] === undefined || slot >= again[0];
      const info: SubmissionInfo | null | undefined = isAllSeen && !isDue ? undefined : await this.look();
      // What could not be read is due at the next step.
      while (info !== undefined && again[0] !== undefined && slot >= again[0]) again.shift();
      isAllSeen ||= info !== undefined && slot >= auditSlot(slots, SEEN_BY);
      for (const round of [this.round - 1, this.round]) {
        if (round >= 0) await teller.tell(round).catch((error) => problem(errorMessage(error)));
      }
      for (const subject of this.pending) {
        slot = await node.slot();
        if (slot > slots.auditDeadlineSlot) return;
        const isDone = !this.subjects.stands(subject) || this.verdicts.has(subject.key);
        if (isDone || (await this.judge(subject, task, slots, slot))) this.pending.delete(subject);
      }
      slot = await node.slot();
      if (slot > slots.auditDeadlineSlot) return;
      await this.votes.castAll(this.verdicts, isDue ? (info ?? null) : null);
      const owed = this.votes.owed(this.verdicts);
      // Said false and not voted yet is not done; what nobody doubts may be doubted yet.
      const isUnsaid = owed.some((key) => this.verdicts.get(key) === false);
      const { size } = this.pending;
      if (size === 0 && !isUnsaid) this.deps.judged(this.verdicts);
      if (size === 0 && owed.length === 0 && isAllSeen) return;
      await sleep(timers, pollMs);
    }
  }

  /** The round as the chain shows it now; undefined where it cannot be read, which is told. */
  private async look(): Promise<SubmissionInfo | null | undefined> {
    try {
      const info = await this.deps.node.submissionInfo(this.round);
      for (const subject of await this.subjects.fresh(info)) {
        this.verdicts.delete(subject.key);
        this.nodesAsked.delete(subject.key);
        this.pending.add(subject);
      }
      return info;
    } catch (error) {
      this.deps.problem(errorMessage(error));
      return undefined;
    }
  }

  /** Whether there is a verdict. */
  private async judge(subject: Subject, task: TaskState, slots: RoundSlots, slot: number): Promise<boolean> {
    const { problem } = this.deps;
    if (this.beingAsked.has(subject.key)) return false;
    try {
      const gathered = await this.gather(subject);
      if (!gathered.isWhole && (await this.sendToNode(subject, gathered, task, slots, slot))) return false;
      if (!gathered.isWhole && slot < auditSlot(slots, LATE)) return false;
      if (await this.ask(subject, await this.wish(subject, gathered, null, task, slots))) {
        await this.votes.cast(subject.key, this.verdicts.get(subject.key)!);
      }
    } catch (error) {
      problem(`the submission of ${subject.key} for round ${this.round}: ${errorMessage(error)}`);
    }
    return this.verdicts.has(subject.key);
  }

  /** What the storage gives. That it does not say whether it has something is told, and left open. */
  private async gather(subject: Subject): Promise<Gathered> {
    const { archives, problem } = this.deps;
    let isWhole = true;
    const denied: string[] = [];
    for (const wanted of wantedOf(subject)) {
      try {
        if ((await archives.bring(wanted)) === 'there') continue;
        denied.push(wanted.cid.toString());
      } catch (error) {
        // It is looked for until the window ends.
        if (!this.unsaid.has(wanted.cid.toString())) {
          problem(`the archives of ${subject.key} for round ${this.round}: ${errorMessage(error)}`);
        }
        this.unsaid.add(wanted.cid.toString());
      }
      isWhole = false;
    }
    return { isWhole, denied };
  }

  /**
   * Lets the container look at the claiming node, beside whatever else is audited: one that only takes its time must hold
   * up nobody. Whether it is due, and there is a node to ask. What comes of it is voted on with all others.
   */
  private async sendToNode(
    subject: Subject,
    gathered: Gathered,
    task: TaskState,
    slots: RoundSlots,
    slot: number,
  ): Promise<boolean> {
    const { taskId, node, problem } = this.deps;
    const { key } = subject;
    const due = ASKS_NODE.filter((part) => slot >= auditSlot(slots, part)).length;
    const isDue = due > (this.nodesAsked.get(key) ?? 0);
    if (!isDue || this.asked >= MOST_NODES_ASKED || this.beingAsked.size >= NODES_AT_ONCE) return false;
    this.nodesAsked.set(key, due);
    let nodeUrl: string | undefined;
    try {
      nodeUrl = (await node.nodeUrls()).get(key);
    } catch (error) {
      // That nobody says where nodes are is no reason to leave open what the storage says.
      problem(`where other nodes are: ${errorMessage(error)}`);
    }
    if (nodeUrl === undefined) return false;
    const packageUrl = packageUrlAt(nodeUrl, taskId, this.round);
    const wish = await this.wish(subject, gathered, packageUrl, task, slots);
    this.asked++;
    this.beingAsked.add(key);
    void this.ask(subject, wish)
      .catch((error) => problem(`the node of ${key} for round ${this.round}: ${errorMessage(error)}`))
      .finally(() => this.beingAsked.delete(key));
    return true;
  }

  /** Whether there is a verdict. Throws as `Container.audit` does. */
  private async ask(subject: Subject, wish: object): Promise<boolean> {
    const verdict = await this.deps.container.audit(wish);
    // What is on the chain meanwhile may be another.
    if (verdict === null || !this.subjects.stands(subject)) return false;
    this.verdicts.set(subject.key, verdict);
    return true;
  }

  private async wish(
    { key, onChain, before }: Subject,
    { denied }: Gathered,
    packageUrl: string | null,
    task: TaskState,
    slots: RoundSlots,
  ): Promise<object> {
    const { teller } = this.deps;
    const told = (submission: ChainSubmission, { submissionDeadlineSlot }: RoundSlots): object => ({
      submission: submission.submission_value,
      submissionSlot: submission.slot,
      deadlineSlot: submissionDeadlineSlot,
      stake: task.stake_list[key] ?? 0,
    });
    return {
      ...told(onChain, slots),
      ...{ submitter: key, round: this.round, packageUrl, denied },
      ...{ seed: await teller.seed(this.round), beacon: await teller.beacon(this.round - 1) },
      before: before && told(before.onChain, slotsOfRound(this.round - 1, task)),
    };
  }
}

function pollOf({ audit_window }: TaskState, slotMs: number): number {
  return Math.min(POLL_MS.most, Math.max(POLL_MS.least, POLL_PART * audit_window * slotMs));
}
