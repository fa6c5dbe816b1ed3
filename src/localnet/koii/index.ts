export { CHEATS, type Cheat, type CheatName } from './cheats.js';
export { ForeignAuditor } from './foreign-auditor.js';
export { KoiiNetwork, type NetworkOptions } from './koii-network.js';
export { LIST_CHEATS, type ListCheat } from './list-cheats.js';
export type { NetworkNode, NodeWishes } from './network-node.js';
export {
  type EmulatedPod,
  OrcaRelay,
  type PodWish,
  type RelayOptions,
  type RpcRequest,
} from './orca-relay.js';
export { PoolPod } from './pool-pod.js';
export type { RecordedSubmission, RoundRecord } from './round-record.js';
export { SlotClock } from './slot-clock.js';
export { makeStakingWallet, type StakingWallet } from './staking-wallet.js';
export { StorageNode } from './storage-node.js';
export { TaskAccount, type TaskNews, type TaskParameters, TaskRuleError } from './task-account.js';
export { TaskNode, type TaskNodeOptions } from './task-node.js';
export { TROUBLES, type Trouble, Troubles } from './troubles.js';
