export type { EventSink, StratumEvents } from './event-sink.js';
export { AddressBook, type BookFigures, type KeptProof } from './guard/address-book.js';
export { GUARD_LIMITS, type GuardLimits, type GuardOptions } from './guard/guard-limits.js';
export type { DoorReport, NodeStanding } from './guard/guard-news.js';
export { indexHashes } from './listener/index-hashes.js';
export { Listener } from './listener/listener.js';
export type { ListenerDeps, ListenerStats } from './listener/listener-deps.js';
export {
  DEFAULT_LIMITS,
  type HighPort,
  type ListenerLimits,
  type ListenerOptions,
} from './listener/listener-options.js';
export type { ProofVerdict } from './listener/proof-desk.js';
export { ListenerError } from './listener/want-difficulties.js';
export type { StraySolution } from './session/given-jobs.js';
export { type Identity, IdentityError, type PoolMode, parseUsername } from './session/identity.js';
export type { ShareProof } from './session/proof.js';
export type { FixedRule } from './session/session-rules.js';
export { Vardiff, type VardiffOptions } from './session/vardiff.js';
export type { Work } from './session/work-board.js';
export type {
  BlockCandidate,
  BlockSink,
  CreditedShare,
  RememberedDifficulty,
  ShareSink,
  UncreditedOutcome,
  WorkerMemory,
} from './share-sink.js';
export type { DropReason, ShareOutcome, StaleReason, StratumMetrics } from './stratum-metrics.js';
export type { PortKind } from './transport/peer.js';
export { TlsContext, type TlsPem } from './transport/tls-context.js';
export { readIdentity, type TlsFiles, TlsIdentity, TlsIdentityError } from './transport/tls-identity.js';
export { TrustedProxies } from './transport/trusted-proxies.js';
