export type { EventSink, StratumEvents } from './event-sink.js';
export {
  Listener,
  type ListenerDeps,
  ListenerError,
  type ListenerStats,
} from './listener/listener.js';
export { DEFAULT_LIMITS, type ListenerLimits, type ListenerOptions } from './listener/listener-options.js';
export type { ProofVerdict } from './listener/proof-desk.js';
export { type Identity, IdentityError, type PoolMode, parseUsername } from './session/identity.js';
export type { ShareProof } from './session/proof.js';
export { Vardiff, type VardiffOptions } from './session/vardiff.js';
export type { Work } from './session/work-board.js';
export type {
  BlockCandidate,
  BlockSink,
  CreditedShare,
  ShareSink,
  UncreditedOutcome,
  WorkerMemory,
} from './share-sink.js';
export type { DropReason, ShareOutcome, StratumMetrics } from './stratum-metrics.js';
