/**
 * What the task asks of the Koii node it runs in. There are two ways to one: `HttpKoiiNode`, our own client of the
 * node's protocol, and `PackagedKoiiNode`, Koii's packages. Rounds and slots are Koii's numbers; amounts are roe; keys
 * are base58. Every method rejects with `KoiiNodeError` where the node gives no answer or another than asked for.
 */
import { CodedError } from '../../../../src/lib/index.js';
import type { StakingKey } from './staking-key.js';

export class KoiiNodeError extends CodedError<'KOII_NO_ANSWER' | 'KOII_REFUSED' | 'KOII_ANSWER'> {}

/** The task as it stands on K2, as far as it is asked for. */
export interface TaskState {
  readonly starting_slot: number;
  /** Slots. */
  readonly round_time: number;
  readonly submission_window: number;
  readonly audit_window: number;
  readonly bounty_amount_per_round: number;
  /** Roe. */
  readonly minimum_stake_amount: number;
  /** Empty unless asked for. */
  readonly stake_list: Readonly<Record<string, number>>;
}

export interface ChainSubmission {
  /** Filled up with spaces. */
  readonly submission_value: string;
  readonly slot: number;
  readonly round?: number;
}

export interface ChainTrigger {
  readonly trigger_by: string;
  readonly slot: number;
  readonly votes: readonly { readonly is_valid: boolean; readonly voter: string; readonly slot: number }[];
}

type ByRound<Value> = Readonly<Record<string, Readonly<Record<string, Value>>>>;

export interface SubmissionInfo {
  readonly submissions: ByRound<ChainSubmission>;
  readonly submissions_audit_trigger: ByRound<ChainTrigger>;
}

export interface DistributionInfo {
  readonly distribution_rewards_submission: ByRound<ChainSubmission>;
  readonly distributions_audit_trigger: ByRound<ChainTrigger>;
  readonly distributions_audit_record: Readonly<Record<string, string>>;
}

/** Roe by key. */
export type DistributionList = Readonly<Record<string, number>>;

export interface KoiiNode {
  /** The staking wallet, in memory only. */
  stakingKey(): Promise<StakingKey>;
  slot(): Promise<number>;
  averageSlotMs(): Promise<number>;
  /** An absolute folder of this task on the operator's disk. */
  basePath(): Promise<string>;
  rpcUrl(): Promise<string>;
  /** By staking key: where other nodes say that they can be reached, as far as they say. Nobody vouches for it. */
  nodeUrls(): Promise<ReadonlyMap<string, string>>;
  taskState(wishes: { readonly stakes: boolean }): Promise<TaskState>;
  /** Null while nobody has submitted. */
  submissionInfo(round: number): Promise<SubmissionInfo | null>;
  distributionInfo(round: number): Promise<DistributionInfo | null>;
  submit(value: string, round: number): Promise<void>;
  vote(candidate: string, isValid: boolean, round: number): Promise<void>;
  voteOnList(candidate: string, isValid: boolean, round: number): Promise<void>;
  /** Whether it is on K2. */
  uploadList(list: DistributionList, round: number): Promise<boolean>;
  submitList(round: number): Promise<void>;
  /** Null where that key has uploaded none. */
  list(author: string, round: number): Promise<DistributionList | null>;
  payOut(round: number): Promise<void>;
  /** A notification on the operator's desktop. Never rejects. */
  notify(level: 'log' | 'warn' | 'error', what: string, whatToDo: string): Promise<void>;
}
