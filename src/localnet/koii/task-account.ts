/**
 * A Koii task as it stands on an emulated K2: stakes, submissions, doubts and votes, distribution lists, balances; and the
 * rules by which it changes. Work of round N is submitted in the first window of round N + 1, audited in the second;
 * its list is submitted, audited and paid in round N + 2. A list that was doubted, or breaks a rule, pays nobody: the
 * record says so, another node is chosen and publishes one, at most three times. Amounts are roe, keys base58, windows
 * include their first slot.
 *
 * When Koii asks for another list is not public: here in the next round's windows, as for a first one.
 * What votes on a list weigh is not public: here any doubt has it fail, however many say true, so that nothing in
 * the task may rest on a doubted list being paid; another node then publishes the same one again.
 * What Koii's chain does with the doubt that opens a vote is not public: as in Koii's own stand-in, it is no vote itself.
 */
import { CodedError } from '../../lib/index.js';
import type { SlotClock } from './slot-clock.js';

export class TaskRuleError extends CodedError<
  'TASK_PARAMETERS' | 'TASK_WINDOW' | 'TASK_VALUE' | 'TASK_STAKE'
> {}

export interface TaskParameters {
  readonly taskId: string;
  readonly startingSlot: number;
  readonly roundTime: number;
  readonly submissionWindow: number;
  readonly auditWindow: number;
  readonly bountyPerRound: number;
  readonly minimumStake: number;
}

export interface EmulatedSubmission {
  readonly submission_value: string;
  readonly slot: number;
  readonly round: number;
}

export interface EmulatedTrigger {
  readonly trigger_by: string;
  readonly slot: number;
  readonly votes: { is_valid: boolean; voter: string; slot: number }[];
}

/** What has just come to stand on the chain. */
export type TaskNews =
  | { readonly kind: 'submission'; readonly key: string; readonly round: number }
  | {
      readonly kind: 'vote' | 'list-vote';
      readonly voter: string;
      readonly candidate: string;
      readonly isValid: boolean;
      readonly round: number;
    }
  | { readonly kind: 'list' | 'paid' | 'unpaid'; readonly author: string; readonly round: number };

type ByKey<Value> = Record<string, Value>;

const MOST_BYTES = 512;
const LEAST_ROUND = 800;
/** `allowed_failed_distributions` of config-task.yml: how often a list may be published again. */
const MOST_FAILED_LISTS = 3;

export class TaskAccount {
  readonly stakes: ByKey<number> = {};
  readonly balances: ByKey<number> = {};
  /** Where each node can be reached, as nodes tell each other; the chain knows nothing of it. */
  readonly nodeUrls: ByKey<string> = {};
  private readonly submissions = new Map<number, ByKey<EmulatedSubmission>>();
  private readonly triggers = new Map<number, ByKey<EmulatedTrigger>>();
  private readonly uploaded = new Map<number, ByKey<string>>();
  private readonly listed = new Map<number, ByKey<EmulatedSubmission>>();
  private readonly listTriggers = new Map<number, ByKey<EmulatedTrigger>>();
  private readonly listeners = new Set<(news: TaskNews) => void>();
  private readonly records = new Map<number, 'Uninitialized' | 'PayoutSuccessful' | 'PayoutFailed'>();
  /** Of rounds whose list failed: how often, and the round in whose windows the next one is published and audited. */
  private readonly failures = new Map<number, { readonly times: number; readonly again: number }>();

  constructor(
    readonly task: TaskParameters,
    private readonly clock: SlotClock,
  ) {
    const { roundTime, submissionWindow, auditWindow } = task;
    const isLong = roundTime >= LEAST_ROUND && 3 * Math.min(submissionWindow, auditWindow) >= roundTime;
    if (!isLong || roundTime < submissionWindow + auditWindow) {
      throw new TaskRuleError(
        'TASK_PARAMETERS',
        'a round has 800 slots or more and two windows, each at least a third of it',
      );
    }
  }

  onNews(listener: (news: TaskNews) => void): void {
    this.listeners.add(listener);
  }

  get round(): number {
    return Math.floor((this.clock.now - this.task.startingSlot) / this.task.roundTime);
  }

  startOf(round: number): number {
    return this.task.startingSlot + round * this.task.roundTime;
  }

  /** Whether the present slot is in the first window of `round`, or the second. */
  isIn(window: 'submission' | 'audit', round: number): boolean {
    const { submissionWindow, auditWindow } = this.task;
    const slot = this.clock.now - this.startOf(round);
    if (window === 'submission') return 0 <= slot && slot < submissionWindow;
    return submissionWindow <= slot && slot < submissionWindow + auditWindow;
  }

  /** In whose windows the list of `round` is published and audited; null where too many have failed. */
  listRound(round: number): number | null {
    const failed = this.failures.get(round);
    if (failed === undefined) return round + 2;
    return failed.times > MOST_FAILED_LISTS ? null : failed.again;
  }

  /** Rounds whose list is published and audited in the present one; the oldest first. */
  get listedNow(): readonly number[] {
    const again = [...this.failures.keys()].filter((each) => this.listRound(each) === this.round);
    const first = this.round - 2;
    return [...again, ...(first < 0 || this.failures.has(first) ? [] : [first])].sort((a, b) => a - b);
  }

  /** Throws `TaskRuleError`, as all that follow. */
  submit(key: string, value: string, round: number): void {
    this.need('submission', round + 1);
    if ((this.stakes[key] ?? 0) < this.task.minimumStake) {
      throw new TaskRuleError('TASK_STAKE', `${key} has staked less than ${this.task.minimumStake} roe`);
    }
    if (Buffer.byteLength(value) > MOST_BYTES) {
      throw new TaskRuleError('TASK_VALUE', `a submission has at most ${MOST_BYTES} bytes`);
    }
    const padded = value + ' '.repeat(MOST_BYTES - Buffer.byteLength(value));
    of(this.submissions, round)[key] = { submission_value: padded, slot: this.clock.now, round };
    this.tell({ kind: 'submission', key, round });
  }

  audit(voter: string, candidate: string, isValid: boolean, round: number): void {
    this.need('audit', round + 1);
    if (this.submissions.get(round)?.[candidate] === undefined) {
      throw new TaskRuleError('TASK_VALUE', `${candidate} has submitted nothing for round ${round}`);
    }
    this.vote(of(this.triggers, round), voter, candidate, isValid);
    this.tell({ kind: 'vote', voter, candidate, isValid, round });
  }

  uploadList(key: string, list: ByKey<number>, round: number): void {
    this.needList('submission', round);
    of(this.uploaded, round)[key] = JSON.stringify(list);
  }

  submitList(key: string, round: number): void {
    this.needList('submission', round);
    if (this.uploaded.get(round)?.[key] === undefined) {
      throw new TaskRuleError('TASK_VALUE', `${key} has uploaded no list for round ${round}`);
    }
    of(this.listed, round)[key] = { submission_value: key, slot: this.clock.now, round };
    this.records.set(round, 'Uninitialized');
    this.tell({ kind: 'list', author: key, round });
  }

  auditList(voter: string, author: string, isValid: boolean, round: number): void {
    this.needList('audit', round);
    this.vote(of(this.listTriggers, round), voter, author, isValid);
    this.tell({ kind: 'list-vote', voter, candidate: author, isValid, round });
  }

  /** The list of `key` takes effect, once it cannot be audited any more and unless it was voted down or breaks a rule. */
  payOut(key: string, round: number): void {
    const { submissionWindow, auditWindow } = this.task;
    const listRound = this.listRound(round);
    if (listRound === null) return;
    if (this.clock.now < this.startOf(listRound) + submissionWindow + auditWindow) {
      throw new TaskRuleError('TASK_WINDOW', `the list of round ${round} can still be audited`);
    }
    if (this.records.get(round) !== 'Uninitialized' || this.listed.get(round)?.[key] === undefined) return;
    const list = JSON.parse(this.uploaded.get(round)![key]!) as ByKey<number>;
    const amounts = Object.values(list);
    const isWhole = amounts.every(Number.isInteger);
    const sum = amounts.reduce((total, amount) => total + amount, 0);
    const isDoubted = this.listTriggers.get(round)?.[key] !== undefined;
    if (isDoubted || !isWhole || sum > this.task.bountyPerRound) {
      this.records.set(round, 'PayoutFailed');
      const times = 1 + (this.failures.get(round)?.times ?? 0);
      this.failures.set(round, { times, again: this.nextListRound });
      this.tell({ kind: 'unpaid', author: key, round });
      return;
    }
    for (const [payee, amount] of Object.entries(list)) {
      if (amount < 0) this.stakes[payee] = Math.max(0, (this.stakes[payee] ?? 0) + amount);
      else this.balances[payee] = (this.balances[payee] ?? 0) + amount;
    }
    this.records.set(round, 'PayoutSuccessful');
    this.tell({ kind: 'paid', author: key, round });
  }

  submissionsOf(round: number): ByKey<EmulatedSubmission> {
    return this.submissions.get(round) ?? {};
  }

  triggersOf(round: number): ByKey<EmulatedTrigger> {
    return this.triggers.get(round) ?? {};
  }

  listsOf(round: number): ByKey<EmulatedSubmission> {
    return this.listed.get(round) ?? {};
  }

  listTriggersOf(round: number): ByKey<EmulatedTrigger> {
    return this.listTriggers.get(round) ?? {};
  }

  recordOf(round: number): string | null {
    return this.records.get(round) ?? null;
  }

  /** JSON text; null for none. */
  list(author: string, round: number): string | null {
    return this.uploaded.get(round)?.[author] ?? null;
  }

  private tell(news: TaskNews): void {
    for (const listener of this.listeners) listener(news);
  }

  /** A list that is paid late fails in the next round already, whose window for lists may still be open. */
  private get nextListRound(): number {
    return this.isIn('submission', this.round) ? this.round : this.round + 1;
  }

  private needList(window: 'submission' | 'audit', round: number): void {
    const listRound = this.listRound(round);
    if (listRound === null) {
      throw new TaskRuleError('TASK_VALUE', `too many lists of round ${round} have failed`);
    }
    this.need(window, listRound);
  }

  private need(window: 'submission' | 'audit', round: number): void {
    if (this.isIn(window, round)) return;
    throw new TaskRuleError(
      'TASK_WINDOW',
      `slot ${this.clock.now} is not in the ${window} window of round ${round}`,
    );
  }

  private vote(triggers: ByKey<EmulatedTrigger>, voter: string, candidate: string, isValid: boolean): void {
    const slot = this.clock.now;
    const trigger = triggers[candidate];
    if (trigger !== undefined) trigger.votes.push({ is_valid: isValid, voter, slot });
    else triggers[candidate] = { trigger_by: voter, slot, votes: [] };
  }
}

function of<Value>(rounds: Map<number, ByKey<Value>>, round: number): ByKey<Value> {
  const known = rounds.get(round) ?? {};
  rounds.set(round, known);
  return known;
}
