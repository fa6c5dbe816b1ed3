export { type Cheat, inflate } from './cheats.js';
export {
  type EmulatedPod,
  OrcaRelay,
  type PodWish,
  type RelayOptions,
  type RpcRequest,
} from './orca-relay.js';
export { SlotClock } from './slot-clock.js';
export { makeStakingWallet, type StakingWallet } from './staking-wallet.js';
export { StorageNode } from './storage-node.js';
export { TaskAccount, type TaskParameters, TaskRuleError } from './task-account.js';
export { TaskNode, type TaskNodeOptions } from './task-node.js';
