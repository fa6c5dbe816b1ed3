export { ArchiveGatherer, type ArchiveKind, MAX_ARCHIVE_BYTES, TransferError } from './archive-gatherer.js';
export { BuiltClaim } from './built-claim.js';
export { rootOfCar } from './car.js';
export { Cid, type Codec } from './cid.js';
export {
  CLAIM_FORMAT,
  type Claim,
  ClaimError,
  claimRoot,
  encodeClaim,
  FULL_TIER_SHARES,
  readClaim,
  type Tier,
  tierOf,
} from './claim.js';
export { ClaimDraft, ClaimDraftError } from './claim-draft.js';
export {
  type ClaimPackage,
  decodePackage,
  encodePackage,
  type PackageParts,
  PackageReader,
} from './claim-package.js';
export { type ClaimJob, type ClaimMiner, type ClaimTables, MAX_ROWS } from './claim-tables.js';
export { topOf } from './claim-trie.js';
export { DRAWS, drawSeed, drawsOf, type Interval, liesUnder } from './draws.js';
export { type LocalRounds, RoundClockError, roundAt, roundStartMs } from './local-round-clock.js';
export { type Membership, MembershipProofError, verifyMembershipProof } from './membership-proof.js';
export { PackageError, type PackageFault } from './package-error.js';
export {
  appointmentMessage,
  decodeAppointment,
  decodeKeptReceipt,
  decodeReceipt,
  encodeAppointment,
  encodeKeptReceipt,
  encodeReceipt,
  type KeptReceipt,
  type Receipt,
  type ReceiptAppointment,
  ReceiptError,
  receiptMessage,
  type SignedAppointment,
  type SignedReceipt,
} from './receipt.js';
export {
  type CountedShare,
  RecountError,
  type RecountFault,
  recountPackage,
  ShareRecount,
} from './recount.js';
export {
  type Beacon,
  type HeardFacts,
  heardFacts,
  type ReserveEpoch,
  type RoundFacts,
  RoundFactsError,
  reserveOf,
} from './round-facts.js';
export { freezeMs, graceMs, localSchedule, type RoundSchedule, type RoundSpan } from './round-schedule.js';
export { drawnShares, proveDraws, verifyDraws } from './sample-proof.js';
export { LONGEST_SHARE_INTERVAL_MS, type RoundLoad, shareInterval } from './share-interval.js';
export { ShareHashes } from './share-set.js';
export {
  type ClaimSubmission,
  decodeSubmission,
  encodeSubmission,
  type IdleSubmission,
  MAX_SUBMISSION_BYTES,
  type Submission,
  SubmissionError,
} from './submission.js';
export { type MinerRow, SumError, type SumNode } from './sum-node.js';
export { submissionOfTold, type ToldClaim } from './told-claim.js';
export { isWholePackage, isWholeProof } from './whole-archive.js';
