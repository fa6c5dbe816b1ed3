export type { StoredBlock } from './block-rows.js';
export { ExclusiveFile } from './exclusive-file.js';
export {
  type ExplainedStep,
  explainShare,
  type ShareExplanation,
} from './explain-share.js';
export { ShardVersionError } from './migrations.js';
export { type RateBand, rateBand } from './rate-band.js';
export { RATE_WINDOWS, type RateBands, type Rates, type RateWindow } from './rate-windows.js';
export { ReadableShardsError, type ShardsCopy, withReadableShards } from './readable-shards.js';
export { ShareCursorError, type SharePage } from './recent-shares.js';
export type { ShareFault } from './recompute-share.js';
export { type RecoveredShard, RecoverShardError, recoverShard } from './recover-shard.js';
export type { RoundFigures } from './round-rows.js';
export {
  boundsNow,
  type RoundShare,
  RoundSharesError,
  roundShares,
  type ShardBounds,
} from './round-shares.js';
export {
  type NamedMemory,
  openShards,
  type ShardReader,
  type ShareTotals,
  type WorkerSummary,
} from './shard-reader.js';
export type { CreditedShare } from './share-batch.js';
export { ShareLogError } from './share-log-error.js';
export { type Done, ShareShard, type ShareShardOptions } from './share-shard.js';
export { skipExtranonces } from './skip-extranonces.js';
export { storageAdvice, tellsBusy, tellsNoRoomBeside } from './storage-fault.js';
export type { SharePlace, StoredShare } from './stored-share.js';
export {
  type FailedShare,
  type Verification,
  type VerifyOptions,
  type VerifyProgress,
  verifyShares,
} from './verify-shares.js';
export { OUTCOMES, type Outcome, type OutcomeCounts } from './worker-figures.js';
export type { WorkerMemory } from './worker-rows.js';
