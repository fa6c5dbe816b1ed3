export {
  Dialogue,
  type DialogueOptions,
  type Job,
  type Outcome,
  type Rejection,
  rejectionOf,
  type Submission,
} from './dialogue.js';
export { LineError, LineSplitter } from './line-splitter.js';
export { Miner, type MinerEvents, type MinerOptions, type MinerStats } from './miner.js';
export { compileLanes, meetsTarget, NonceScanner } from './nonce-scanner.js';
export { type Notify, NotifyError, parseNotify, parseUint32, swapWords, uint32Hex } from './notify.js';
export { type PoolAddress, PoolUrlError, parsePoolUrl } from './pool-link.js';
export type { MinedShare, ShareCounts } from './share-tally.js';
export { DifficultyError, targetLeOfDifficulty, targetOfDifficulty } from './share-target.js';
export {
  buildHeader,
  coinbaseOf,
  foldMerkle,
  type HeaderChoice,
  rolledVersions,
  rollVersion,
} from './work-header.js';
export { extranonce2Bytes, type Span, type Work, walkWork } from './work-walk.js';
