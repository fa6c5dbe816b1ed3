export { RATE_WINDOWS, type Rates, type RateWindow } from './rate-windows.js';
export type { StoredBlock, WorkerMemory } from './shard-database.js';
export {
  type CreditedShare,
  type Done,
  ShareLogError,
  ShareShard,
  type ShareShardOptions,
} from './share-shard.js';
export { storedBlocks } from './stored-blocks.js';
export { OUTCOMES, type Outcome, type OutcomeCounts } from './worker-figures.js';
