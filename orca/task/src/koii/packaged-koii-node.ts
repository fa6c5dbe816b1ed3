/**
 * `KoiiNode` over Koii's own package. It logs what fails and answers with null, undefined, 0 or an object with `error`;
 * here that becomes a `KoiiNodeError`, as of our own client.
 */
import { readDistributionInfo, readSubmissionInfo } from './chain-info.js';
import { readList } from './http-koii-node.js';
import {
  type DistributionInfo,
  type DistributionList,
  type KoiiNode,
  KoiiNodeError,
  type SubmissionInfo,
  type TaskState,
} from './koii-node.js';
import { readNodeUrls } from './node-registry.js';
import { type StakingKey, stakingKeyOf } from './staking-key.js';
import { isFailure } from './wire-client.js';

/** What is used of it. `Key`: its PublicKey. */
export interface NamespaceWrapper {
  getSubmitterAccount(): Promise<{ readonly secretKey: Uint8Array } | null>;
  getSlot(): Promise<unknown>;
  getAverageSlotTime(): Promise<unknown>;
  getBasePath(): Promise<unknown>;
  getRpcUrl(): Promise<unknown>;
  getNodes(url: string): Promise<unknown>;
  getTaskState(wishes: { readonly is_stake_list_required: boolean }): Promise<unknown>;
  getTaskSubmissionInfo(round: number): Promise<unknown>;
  getTaskDistributionInfo(round: number): Promise<unknown>;
  checkSubmissionAndUpdateRound(value: string, round: number): Promise<unknown>;
  auditSubmission(candidate: unknown, isValid: boolean, key: unknown, round: number): Promise<unknown>;
  distributionListAuditSubmission(
    candidate: unknown,
    isValid: boolean,
    key: unknown,
    round: number,
  ): Promise<unknown>;
  uploadDistributionList(list: DistributionList, round: number): Promise<unknown>;
  distributionListSubmissionOnChain(round: number): Promise<unknown>;
  getDistributionList(author: string, round: number): Promise<unknown>;
  payoutTrigger(round: number): Promise<unknown>;
  logger(level: string, message: string, action: string): Promise<unknown>;
}

export class PackagedKoiiNode implements KoiiNode {
  private key: StakingKey | null = null;

  /** `publicKey`: makes one of the package's. */
  constructor(
    private readonly wrapper: NamespaceWrapper,
    private readonly publicKey: (base58: string) => unknown,
    /** Of the node itself. */
    private readonly nodeUrl: string,
  ) {}

  async nodeUrls(): Promise<ReadonlyMap<string, string>> {
    return readNodeUrls(await this.wrapper.getNodes(this.nodeUrl));
  }

  async stakingKey(): Promise<StakingKey> {
    if (this.key === null) {
      const keypair = await this.wrapper.getSubmitterAccount();
      if (keypair === null) throw unanswered('getSubmitterAccount', keypair);
      this.key = stakingKeyOf(Uint8Array.from(keypair.secretKey));
    }
    return this.key;
  }

  async slot(): Promise<number> {
    return positive('getSlot', await this.wrapper.getSlot());
  }

  async averageSlotMs(): Promise<number> {
    return positive('getAverageSlotTime', await this.wrapper.getAverageSlotTime());
  }

  async basePath(): Promise<string> {
    return text('getBasePath', await this.wrapper.getBasePath());
  }

  async rpcUrl(): Promise<string> {
    return text('getRpcUrl', await this.wrapper.getRpcUrl());
  }

  async taskState({ stakes }: { readonly stakes: boolean }): Promise<TaskState> {
    const state = await this.wrapper.getTaskState({ is_stake_list_required: stakes });
    if (typeof state === 'object' && state !== null && 'round_time' in state) return state as TaskState;
    throw unanswered('getTaskState', state);
  }

  async submissionInfo(round: number): Promise<SubmissionInfo | null> {
    const answer = await this.wrapper.getTaskSubmissionInfo(round);
    const info = readSubmissionInfo(answer);
    if (info !== null) return info;
    throw unanswered('getTaskSubmissionInfo', answer);
  }

  async distributionInfo(round: number): Promise<DistributionInfo | null> {
    const answer = await this.wrapper.getTaskDistributionInfo(round);
    const info = readDistributionInfo(answer);
    if (info !== null) return info;
    throw unanswered('getTaskDistributionInfo', answer);
  }

  async submit(value: string, round: number): Promise<void> {
    refuseFailure('submit', await this.wrapper.checkSubmissionAndUpdateRound(value, round));
  }

  async vote(candidate: string, isValid: boolean, round: number): Promise<void> {
    const key = await this.wrapper.getSubmitterAccount();
    refuseFailure('vote', await this.wrapper.auditSubmission(this.publicKey(candidate), isValid, key, round));
  }

  async voteOnList(candidate: string, isValid: boolean, round: number): Promise<void> {
    const key = await this.wrapper.getSubmitterAccount();
    const author = this.publicKey(candidate);
    refuseFailure(
      'voteOnList',
      await this.wrapper.distributionListAuditSubmission(author, isValid, key, round),
    );
  }

  async uploadList(list: DistributionList, round: number): Promise<boolean> {
    return (await this.wrapper.uploadDistributionList(list, round)) === true;
  }

  async submitList(round: number): Promise<void> {
    refuseFailure('submitList', await this.wrapper.distributionListSubmissionOnChain(round));
  }

  async list(author: string, round: number): Promise<DistributionList | null> {
    const list = await this.wrapper.getDistributionList(author, round);
    return list === null || list === undefined ? null : readList(list);
  }

  async payOut(round: number): Promise<void> {
    refuseFailure('payOut', await this.wrapper.payoutTrigger(round));
  }

  async notify(level: 'log' | 'warn' | 'error', what: string, whatToDo: string): Promise<void> {
    await this.wrapper.logger(level, what, whatToDo);
  }
}

function unanswered(method: string, answer: unknown): KoiiNodeError {
  const said = isFailure(answer) ? 'an error, see the log' : String(answer);
  return new KoiiNodeError('KOII_ANSWER', `the Koii node answered ${method} with ${said}`, { method });
}

function positive(method: string, answer: unknown): number {
  if (typeof answer === 'number' && answer > 0) return answer;
  throw unanswered(method, answer);
}

function text(method: string, answer: unknown): string {
  if (typeof answer === 'string' && answer !== '') return answer;
  throw unanswered(method, answer);
}

function refuseFailure(method: string, answer: unknown): void {
  if (isFailure(answer)) throw unanswered(method, answer);
}
