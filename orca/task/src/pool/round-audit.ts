/**
 * Audits what the other nodes submitted for a round, and votes. Koii's own loop looks at five submissions
 * and reads once who is doubted; this one looks at all within a budget of bytes, the largest work first, reads the
 * doubts again before each vote, at 60 % of the window, and from 90 % on until it ends, and stands by what it found valid,
 * so that a late false vote does not stand alone. What Koii's storage does not give is looked for at the claiming node as well. Where this
 * node cannot tell, it does not vote, which on Koii lets a submission pass.
 */
import { errorMessage, type Timers } from '../../../../src/lib/index.js';
import { type Submission, tierOf } from '../../../../src/rounds/index.js';
import type { ChainSubmission, KoiiNode, SubmissionInfo, TaskState } from '../koii/koii-node.js';
import { packageUrlAt } from '../koii/node-registry.js';
import { sleep } from '../system-timers.js';
import type { ArchiveFetch, WantedArchive } from './archive-fetch.js';
import type { Container } from './container.js';
import { readSubmission, submissionOf } from './read-submission.js';
import { auditSlot, type RoundSlots, slotsOfRound } from './round-plan.js';
import type { RoundTeller } from './round-teller.js';

/** Parts of the audit window; from the last on at each step. */
const LOOKED_AGAIN = [0.6, 0.9];
/** When the container is sent to the claiming node for what the storage does not give. */
const ASKS_NODE = [0, ...LOOKED_AGAIN];
/** In a round, over all claiming nodes: each may send as much as the largest archive, and take half a minute for it. */
const MOST_NODES_ASKED = 36;
const NODES_AT_ONCE = 4;
const LATE = 0.9;
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

interface Subject {
  readonly key: string;
  readonly onChain: ChainSubmission;
  readonly submission: Submission | null;
  /** Of the same key and the round before, where the audit needs it. */
  readonly before: { readonly onChain: ChainSubmission; readonly submission: Submission } | null;
}

/** What there is of a subject's archives; `denied`: by CID, those of which the storage says that it has them not. */
interface Gathered {
  readonly isWhole: boolean;
  readonly denied: readonly string[];
}

export class RoundAudit {
  /** By submitter. */
  readonly verdicts = new Map<string, boolean>();
  private readonly voted = new Set<string>();
  /** By submitter: how many of `ASKS_NODE` are past. */
  private readonly nodesAsked = new Map<string, number>();
  private readonly beingAsked = new Set<string>();
  private asked = 0;
  /** CIDs of which the storage does not say whether it has them. */
  private readonly unsaid = new Set<string>();

  constructor(
    private readonly round: number,
    private readonly deps: AuditDeps,
  ) {}

  /** Ends with the audit window, or when nothing is left to do in it. Throws `KoiiNodeError`. */
  async run(): Promise<void> {
    const { node, timers, teller, problem } = this.deps;
    const task = await node.taskState({ stakes: true });
    const slots = slotsOfRound(this.round, task);
    const pollMs = pollOf(task, await node.averageSlotMs());
    const pending = new Set(await this.subjects());
    const again = LOOKED_AGAIN.map((part) => auditSlot(slots, part));
    for (;;) {
      for (const round of [this.round - 1, this.round]) {
        if (round >= 0) await teller.tell(round).catch((error) => problem(errorMessage(error)));
      }
      for (const subject of pending) {
        const slot = await node.slot();
        if (slot > slots.auditDeadlineSlot) return;
        if (this.verdicts.has(subject.key) || (await this.judge(subject, task, slots, slot))) {
          pending.delete(subject);
        }
      }
      const slot = await node.slot();
      if (slot > slots.auditDeadlineSlot) return;
      const isDue = again[0] === undefined || slot >= again[0];
      while (again[0] !== undefined && slot >= again[0]) again.shift();
      await this.voteOnAll(isDue);
      // Said false and not voted yet is not done; what nobody doubts may be doubted yet.
      const isUnsaid = [...this.verdicts].some(([key, isValid]) => !isValid && !this.voted.has(key));
      if (pending.size === 0 && !isUnsaid) this.deps.judged(this.verdicts);
      if (pending.size === 0 && this.owed === 0) return;
      await sleep(timers, pollMs);
    }
  }

  /** Those of other nodes, the largest stated work first; what cannot be read costs nothing and is looked at first. */
  private async subjects(): Promise<Subject[]> {
    const { node, address } = this.deps;
    const { round } = this;
    const info = await node.submissionInfo(round);
    const earlier = round === 0 ? null : await node.submissionInfo(round - 1);
    const all = Object.entries(info?.submissions[round] ?? {})
      .filter(([key]) => key !== address)
      .map(([key, onChain]): Subject => {
        const submission = readSubmission(onChain, round);
        return { key, onChain, submission, before: beforeOf(earlier, round - 1, key, submission) };
      });
    const work = ({ submission }: Subject): bigint =>
      submission?.kind === 'claim' ? submission.work : 1n << 128n;
    return all.sort((a, b) => (work(a) > work(b) ? -1 : work(a) < work(b) ? 1 : 0));
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
        await this.vote(subject.key, this.verdicts.get(subject.key)!);
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
  private async ask({ key }: Subject, wish: object): Promise<boolean> {
    const verdict = await this.deps.container.audit(wish);
    if (verdict !== null) this.verdicts.set(key, verdict);
    return verdict !== null;
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

  /** Of what there is a verdict on and no vote. */
  private get owed(): number {
    return [...this.verdicts.keys()].filter((key) => !this.voted.has(key)).length;
  }

  /** False votes that did not get through; and true ones, where it is time to look who is doubted. */
  private async voteOnAll(isDue: boolean): Promise<void> {
    if (this.owed === 0) return;
    const { node, problem } = this.deps;
    let doubted: object = {};
    try {
      const info = isDue ? await node.submissionInfo(this.round) : null;
      doubted = info?.submissions_audit_trigger[this.round] ?? {};
    } catch (error) {
      problem(errorMessage(error));
    }
    for (const [key, isValid] of this.verdicts) {
      if (this.voted.has(key) || (isValid && !Object.hasOwn(doubted, key))) continue;
      await this.vote(key, isValid).catch((error) => this.deps.problem(errorMessage(error)));
    }
  }

  private async vote(key: string, isValid: boolean): Promise<void> {
    const { node, address } = this.deps;
    const info = await node.submissionInfo(this.round);
    const trigger = info?.submissions_audit_trigger[this.round]?.[key];
    if (isValid && trigger === undefined) return;
    const voters =
      trigger === undefined ? [] : [trigger.trigger_by, ...trigger.votes.map(({ voter }) => voter)];
    if (!voters.includes(address)) await node.vote(key, isValid, this.round);
    this.voted.add(key);
  }
}

function pollOf({ audit_window }: TaskState, slotMs: number): number {
  return Math.min(POLL_MS.most, Math.max(POLL_MS.least, POLL_PART * audit_window * slotMs));
}

/** Only a sampled claim has a proof to come, and only a proof needs the claim before. */
function beforeOf(
  info: SubmissionInfo | null,
  round: number,
  key: string,
  submission: Submission | null,
): Subject['before'] {
  const onChain = submissionOf(info, round, key);
  const earlier = onChain && readSubmission(onChain, round);
  if (onChain === null || earlier?.kind !== 'claim') return null;
  const isSampled = tierOf(earlier.count) === 'sampled';
  return isSampled || (submission?.proofCid ?? null) !== null ? { onChain, submission: earlier } : null;
}

function wantedOf({ submission, before }: Subject): WantedArchive[] {
  if (submission === null) return [];
  const { storeCid, proofCid } = submission;
  const wanted: WantedArchive[] = [];
  if (submission.kind === 'claim') wanted.push({ kind: 'package', cid: submission.packageCid, storeCid });
  if (proofCid !== null) wanted.push({ kind: 'proof', cid: proofCid, storeCid });
  if (before?.submission.kind === 'claim') {
    wanted.push({ kind: 'package', cid: before.submission.packageCid, storeCid: before.submission.storeCid });
  }
  return wanted;
}
