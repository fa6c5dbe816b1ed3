/**
 * What a Koii node does for its task's calls, by the names they have on the wire. A method answers with JSON; one that
 * throws is a 422. Keys are handed over as Koii's node serialises them, a property for each byte.
 */

import type { SlotClock } from './slot-clock.js';
import type { TaskAccount } from './task-account.js';

export interface Notification {
  readonly level: string;
  readonly what: string;
  readonly whatToDo: string;
}

export interface NamespaceFacts {
  readonly account: TaskAccount;
  readonly clock: SlotClock;
  /** Base58. */
  readonly address: string;
  /** 64 bytes. */
  readonly secretKey: Uint8Array;
  readonly basePath: string;
  readonly rpcUrl: string;
  readonly notifications: Notification[];
  /** What becomes of a submission on its way to the chain. */
  readonly forge: (value: string, round: number) => Promise<string>;
  /** What becomes of a distribution list on its way there. */
  readonly forgeList: (list: Readonly<Record<string, number>>, round: number) => Record<string, number>;
}

export type NamespaceMethods = Readonly<Record<string, (...args: never[]) => unknown>>;

function byteObject(bytes: Uint8Array): Record<string, number> {
  return Object.fromEntries([...bytes].map((byte, i) => [String(i), byte]));
}

export function namespaceMethods(facts: NamespaceFacts): NamespaceMethods {
  const { account, clock, address, secretKey, basePath, rpcUrl, notifications, forge, forgeList } = facts;
  const { task } = account;
  return {
    getCurrentSlot: () => clock.now,
    getAverageSlotTime: () => clock.slotMs,
    getRound: () => account.round,
    getRpcUrl: () => rpcUrl,
    getNodes: async (url: string) => await (await fetch(`${url}/nodes`)).json(),
    getBasePath: () => basePath,
    getTaskLevelDBPath: () => `${basePath}/KOIILevelDB.db`,
    defaultTaskSetup: () => undefined,
    getSubmitterAccount: () => ({
      _keypair: { publicKey: byteObject(secretKey.slice(32)), secretKey: byteObject(secretKey) },
    }),
    getTaskState: (wishes: { is_stake_list_required?: boolean } | undefined) => ({
      task_id: task.taskId,
      is_active: true,
      starting_slot: task.startingSlot,
      round_time: task.roundTime,
      submission_window: task.submissionWindow,
      audit_window: task.auditWindow,
      bounty_amount_per_round: task.bountyPerRound,
      minimum_stake_amount: task.minimumStake,
      stake_list: wishes?.is_stake_list_required ? account.stakes : {},
    }),
    getTaskSubmissionInfo: (round: number) => ({
      submissions: { [round]: account.submissionsOf(round) },
      submissions_audit_trigger: { [round]: account.triggersOf(round) },
    }),
    getTaskDistributionInfo: (round: number) => ({
      distribution_rewards_submission: { [round]: account.listsOf(round) },
      distributions_audit_trigger: { [round]: account.listTriggersOf(round) },
      distributions_audit_record: { [round]: account.recordOf(round) },
    }),
    checkSubmissionAndUpdateRound: async (value: string, round: number) =>
      account.submit(address, await forge(value, round), round),
    auditSubmission: (candidate: string, isValid: boolean, round: number) =>
      account.audit(address, candidate, isValid, round),
    uploadDistributionList: (list: Record<string, number>, round: number) => {
      account.uploadList(address, forgeList(list, round), round);
      return true;
    },
    distributionListSubmissionOnChain: (round: number) => account.submitList(address, round),
    distributionListAuditSubmission: (author: string, isValid: boolean, round: number) =>
      account.auditList(address, author, isValid, round),
    getDistributionList: (author: string, round: number) => account.list(author, round),
    payloadTrigger: (round: number) => account.payOut(address, round),
    logger: (level: string, what: string, whatToDo: string) => {
      notifications.push({ level, what, whatToDo });
      return true;
    },
  };
}
