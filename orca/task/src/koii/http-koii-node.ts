/** `KoiiNode` over the node's own protocol. Some methods have another name on the wire than in Koii's package. */
import { readDistributionInfo, readSubmissionInfo } from './chain-info.js';
import {
  type DistributionInfo,
  type DistributionList,
  type KoiiNode,
  KoiiNodeError,
  type SubmissionInfo,
  type TaskState,
} from './koii-node.js';
import { readNodeUrls } from './node-registry.js';
import { readStakingKey, type StakingKey } from './staking-key.js';
import { isFailure, type WireClient } from './wire-client.js';

/** What a node answers that cannot tell. */
const USUAL_SLOT_MS = 420;

export class HttpKoiiNode implements KoiiNode {
  private key: StakingKey | null = null;

  constructor(private readonly wire: WireClient) {}

  async nodeUrls(): Promise<ReadonlyMap<string, string>> {
    return readNodeUrls(await this.ask('getNodes', this.wire.nodeUrl));
  }

  async stakingKey(): Promise<StakingKey> {
    this.key ??= readStakingKey(await this.ask('getSubmitterAccount'));
    if (this.key !== null) return this.key;
    throw unexpected('getSubmitterAccount', 'no keypair');
  }

  async slot(): Promise<number> {
    const slot = await this.ask('getCurrentSlot');
    if (typeof slot === 'number' && slot > 0) return slot;
    throw unexpected('getCurrentSlot', slot);
  }

  async averageSlotMs(): Promise<number> {
    const slotMs = await this.ask('getAverageSlotTime');
    return typeof slotMs === 'number' && slotMs > 0 ? slotMs : USUAL_SLOT_MS;
  }

  basePath(): Promise<string> {
    return this.text('getBasePath');
  }

  rpcUrl(): Promise<string> {
    return this.text('getRpcUrl');
  }

  async taskState({ stakes }: { readonly stakes: boolean }): Promise<TaskState> {
    const wishes = {
      is_submission_required: false,
      is_distribution_required: false,
      is_available_balances_required: false,
      is_stake_list_required: stakes,
    };
    // Errors come as numbers here.
    const state = await this.ask('getTaskState', wishes);
    if (typeof state === 'object' && state !== null && 'round_time' in state) return state as TaskState;
    throw unexpected('getTaskState', state);
  }

  async submissionInfo(round: number): Promise<SubmissionInfo | null> {
    const answer = await this.ask('getTaskSubmissionInfo', round);
    const info = readSubmissionInfo(answer);
    if (info === null && answer !== null && answer !== undefined)
      throw unexpected('getTaskSubmissionInfo', answer);
    return info;
  }

  async distributionInfo(round: number): Promise<DistributionInfo | null> {
    const answer = await this.ask('getTaskDistributionInfo', round);
    const info = readDistributionInfo(answer);
    if (info === null && answer !== null && answer !== undefined)
      throw unexpected('getTaskDistributionInfo', answer);
    return info;
  }

  async submit(value: string, round: number): Promise<void> {
    await this.ask('checkSubmissionAndUpdateRound', value, round);
  }

  async vote(candidate: string, isValid: boolean, round: number): Promise<void> {
    await this.ask('auditSubmission', candidate, isValid, round);
  }

  async voteOnList(candidate: string, isValid: boolean, round: number): Promise<void> {
    await this.ask('distributionListAuditSubmission', candidate, isValid, round);
  }

  async uploadList(list: DistributionList, round: number): Promise<boolean> {
    return (await this.ask('uploadDistributionList', list, round)) === true;
  }

  async submitList(round: number): Promise<void> {
    await this.ask('distributionListSubmissionOnChain', round);
  }

  async list(author: string, round: number): Promise<DistributionList | null> {
    const list = await this.ask('getDistributionList', author, round);
    return list === null || list === undefined ? null : readList(list);
  }

  async payOut(round: number): Promise<void> {
    await this.ask('payloadTrigger', round);
  }

  async notify(level: 'log' | 'warn' | 'error', what: string, whatToDo: string): Promise<void> {
    await this.wire.call('logger', level, what, whatToDo);
  }

  private async text(method: string): Promise<string> {
    const answer = await this.ask(method);
    if (typeof answer === 'string' && answer !== '') return answer;
    throw unexpected(method, answer);
  }

  private async ask(method: string, ...more: readonly unknown[]): Promise<unknown> {
    const answer = await this.wire.call(method, ...more);
    if (!isFailure(answer)) return answer;
    const { status, message } = answer.error;
    if (status === null) {
      throw new KoiiNodeError('KOII_NO_ANSWER', `the Koii node did not answer ${method}: ${message}`, {
        method,
      });
    }
    throw new KoiiNodeError('KOII_REFUSED', `the Koii node refused ${method}: ${message}`, {
      method,
      status,
    });
  }
}

function unexpected(method: string, answer: unknown): KoiiNodeError {
  const said = JSON.stringify(answer)?.slice(0, 100);
  return new KoiiNodeError('KOII_ANSWER', `the Koii node answered ${method} with ${said}`, { method });
}

/** As JSON text, which older lists fill up with NUL, or as what it says. Throws `KoiiNodeError`. */
export function readList(answer: unknown): DistributionList {
  let list: unknown = answer;
  try {
    if (typeof answer === 'string') list = JSON.parse(answer.replace(/\0+$/, ''));
  } catch {
    list = null;
  }
  if (typeof list === 'object' && list !== null && !Array.isArray(list)) return list as DistributionList;
  throw unexpected('getDistributionList', answer);
}
