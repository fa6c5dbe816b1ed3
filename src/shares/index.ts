export { RATE_WINDOWS, type Rates, type RateWindow } from './rate-windows.js';
export type { StoredBlock } from './shard-database.js';
export { ShareLogError } from './share-log-error.js';
export { type CreditedShare, type Done, ShareShard, type ShareShardOptions } from './share-shard.js';
export { storedBlocks } from './stored-blocks.js';
export { OUTCOMES, type Outcome, type OutcomeCounts } from './worker-figures.js';
export type { WorkerMemory } from './worker-rows.js';
