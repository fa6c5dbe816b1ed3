export { assembleBlock, commitsToWitnesses } from './block.js';
export {
  checkShare,
  hashShare,
  type Rejection,
  type Share,
  type ShareContext,
  type ShareVerdict,
  shareCoinbase,
  shareHeader,
} from './check-share.js';
export {
  COMMITMENT_MAGIC,
  CoinbaseError,
  type CoinbaseHalves,
  type CoinbaseShape,
  decodeShape,
  EXTRANONCE_BYTES,
  encodeShape,
  fillShape,
  MAX_TAG_BYTES,
  poolShape,
  readSignature,
  scriptHead,
  soloShape,
} from './coinbase.js';
export { COINBASE_CLASSES, type CoinbaseClass, coinbaseClassOf, coinbaseLength } from './coinbase-class.js';
export { decodeBinding, encodeBinding, type RoundBinding, shareCommitment } from './commitment.js';
export { emptyTemplate, type TipHeader } from './empty-template.js';
export {
  blockTarget,
  type HashedParts,
  hashedParts,
  type Job,
  JobError,
  type JobParts,
  makeJob,
  targetOf,
} from './job.js';
export { decodeJobTemplate, encodeJobTemplate } from './job-template.js';
export { decodePayout, encodePayout, minerId, type Payout, PayoutError } from './payout.js';
export { readShareRecord, SHARE_RECORD_BYTES, type ShareRecord, writeShareRecord } from './share-record.js';
export { isSignature, MAX_SIGNATURE_BYTES, signatureOf, signatureText } from './signature.js';
export { subsidySats } from './subsidy.js';
export {
  type BlockTemplate,
  type DigestedTemplate,
  digestTemplate,
  type JobTemplate,
  type RawTemplate,
  TemplateError,
} from './template.js';
