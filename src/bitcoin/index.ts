export { type Address, AddressError, type AddressType, decodeAddress, encodeAddress } from './address.js';
export {
  BitsError,
  bitsAtLeast,
  bitsAtMost,
  bitsToTarget,
  hashMeets,
  isCanonicalBits,
  targetToLe,
  workOfBits,
  workOfTarget,
} from './bits.js';
export { meetsBlockTarget } from './block-target.js';
export {
  bitsOfDifficulty,
  difficultyOfBits,
  difficultyOfHash,
  difficultyOfTarget,
  difficultyText,
  gridFloor,
  MAX_DIFFICULTY,
} from './difficulty.js';
export {
  type BlockHeader,
  decodeHeader,
  encodeHeader,
  HEADER_BYTES,
  HeaderError,
  headerHash,
  MINING_VERSION_BITS,
} from './header.js';
export { coinbaseBranch, foldBranch } from './merkle.js';
export {
  type Checkpoint,
  type Network,
  type NetworkName,
  network,
  networks,
  type Retargeting,
} from './networks.js';
export { RETARGET_BLOCKS, type RetargetPeriod, retargetedBits } from './retarget.js';
export { opReturn, push, pushHeight } from './script.js';
export {
  decodeTransaction,
  encodeTransaction,
  encodeTransactionStripped,
  readTransaction,
  type Transaction,
  TransactionError,
  type TransactionInput,
  type TransactionOutput,
  txid,
} from './transaction.js';
