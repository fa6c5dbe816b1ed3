export { claimRound, type LoggedShare, type RoundClaim } from './claim-round.js';
export { ClaimStore } from './claim-store.js';
export {
  type ClaimFigures,
  type ClosedRound,
  ClosedRoundError,
  type ShardBounds,
} from './closed-round.js';
export { judgeReceipt, type ReceiptVerdict } from './judge-receipt.js';
export { isAppointed, isSigned, ReceiptKey, ReceiptKeyError } from './receipt-key.js';
export { RoundCloser, type RoundCloserSteps, type RoundTimes } from './round-closer.js';
