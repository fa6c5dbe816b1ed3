export type { RecentShare, SharePage, ShareReader, ShareTotals } from './audit.js';
export type { AuditReader, AuditView } from './audits.js';
export type { ClaimReader, ClaimView, MembershipView } from './claims.js';
export type { EventSource } from './event-stream.js';
export type { ComponentHealth, DocumentedComponent, Health, HealthAnswer, HealthReader } from './health.js';
export type { ErrorBody, HttpErrorCode } from './http-error.js';
export {
  type HttpMetrics,
  type HttpReaders,
  HttpServer,
  type HttpServerDeps,
  HttpServerError,
  type HttpServerOptions,
  type MetricsSource,
} from './http-server.js';
export type {
  AuditWish,
  PlatformDesk,
  PlatformVerdict,
  SubmissionOnChain,
} from './platform/platform-desk.js';
export type {
  Door,
  FoundBlock,
  HashrateBand,
  HashrateBands,
  Hashrates,
  HashrateWindow,
  PoolReader,
  PoolView,
  WorkerView,
} from './pool.js';
export type { ReceiptPage, ReceiptReader, ReceiptView } from './receipts.js';
export type { ShareCounts } from './share-counts.js';
export type { BlockProof, RecomputedShare, ShareProof } from './share-proof.js';
export type { ProofSubmitter, ProofVerdict } from './submission.js';
export type { RoundReader, RoundView } from './task.js';
