export { type AuditRecord, AuditStore } from './audit-store.js';
export { BlockTally } from './block-tally.js';
export {
  claimRound,
  draftRound,
  type LeftOut,
  proveRound,
  type RoundClaim,
} from './claim-round.js';
export { ClaimStore } from './claim-store.js';
export {
  type ClaimFigures,
  type ClosedRound,
  ClosedRoundError,
  type ShardBounds,
} from './closed-round.js';
export { damagedRecords } from './damaged-records.js';
export { isSignedBy } from './ed25519.js';
export { EndedRounds } from './ended-rounds.js';
export { judgeReceipt, type ReceiptVerdict, type ToldToJudge, vouchFault } from './judge-receipt.js';
export { k2Key, wholeNumber } from './k2-json.js';
export { mendRounds } from './mended-rounds.js';
export { ReadFactsError, readHeardFacts, readRoundFacts, writeHeardFacts } from './read-round-facts.js';
export { isAppointed, isSigned, ReceiptKey, ReceiptKeyError } from './receipt-key.js';
export { RoundBook } from './round-book.js';
export { RoundCloser, type RoundCloserSteps } from './round-closer.js';
export type { LoggedShare } from './round-records.js';
