/**
 * A claim: what a node says of one round of its own, as the 231 bytes whose hash goes on chain
 * (docs/claim-format.md, "The claim"; integers little-endian):
 *
 *     root = H(03 ‖ format u8 ‖ tier u8 ‖ task_id 32 ‖ node_key 32 ‖ round u64 ‖ reserve_hash 32 ‖ round_seed 32
 *              ‖ total u128 ‖ count u64 ‖ miners u32 ‖ top_root 32 ‖ tables_hash 32)
 */
import {
  type ByteReader,
  ByteWriter,
  bigintFromLe,
  bigintToLe,
  CodedError,
  concatBytes,
  sha256,
} from '../lib/index.js';

export class ClaimError extends CodedError<'CLAIM_FORMAT' | 'CLAIM_TIER'> {}

export const CLAIM_FORMAT = 1;
/** The most shares whose records are all in the package; a claim of more is sampled. */
export const FULL_TIER_SHARES = 16_384;

/** `full`: the package has every record; `sampled`: a proof of draws follows with the next submission. */
export type Tier = 'full' | 'sampled';

export interface Claim {
  readonly tier: Tier;
  readonly taskId: Uint8Array;
  readonly nodeKey: Uint8Array;
  readonly round: bigint;
  /** SHA-256 of the reserve's output script. */
  readonly reserveHash: Uint8Array;
  readonly seed: Uint8Array;
  readonly total: bigint;
  readonly count: bigint;
  readonly miners: number;
  readonly topRoot: Uint8Array;
  readonly tablesHash: Uint8Array;
}

const TIERS: readonly Tier[] = ['full', 'sampled'];
const CLAIM_TAG = Uint8Array.of(3);

export const CLAIM_BYTES = 230;

export function tierOf(count: bigint): Tier {
  return count <= BigInt(FULL_TIER_SHARES) ? 'full' : 'sampled';
}

export function tierNumber(tier: Tier): number {
  return TIERS.indexOf(tier);
}

/** Throws `ClaimError` for a number that is no tier. */
export function tierOfNumber(number: number): Tier {
  const tier = TIERS[number];
  if (tier === undefined) throw new ClaimError('CLAIM_TIER', `there is no tier ${number}`);
  return tier;
}

/** The 230 bytes behind the hash's tag. */
export function encodeClaim(claim: Claim): Uint8Array {
  return new ByteWriter(CLAIM_BYTES)
    .u8(CLAIM_FORMAT)
    .u8(tierNumber(claim.tier))
    .bytes(claim.taskId)
    .bytes(claim.nodeKey)
    .u64(claim.round)
    .bytes(claim.reserveHash)
    .bytes(claim.seed)
    .bytes(bigintToLe(claim.total, 16))
    .u64(claim.count)
    .u32(claim.miners)
    .bytes(claim.topRoot)
    .bytes(claim.tablesHash)
    .finish();
}

/** Reads the 230 bytes at the reader's place. Throws `ClaimError` or `ByteReaderError`. */
export function readClaim(reader: ByteReader): Claim {
  const format = reader.u8();
  if (format !== CLAIM_FORMAT) throw new ClaimError('CLAIM_FORMAT', `claim format ${format} is unknown here`);
  return {
    tier: tierOfNumber(reader.u8()),
    taskId: reader.bytes(32),
    nodeKey: reader.bytes(32),
    round: reader.u64(),
    reserveHash: reader.bytes(32),
    seed: reader.bytes(32),
    total: bigintFromLe(reader.bytes(16)),
    count: reader.u64(),
    miners: reader.u32(),
    topRoot: reader.bytes(32),
    tablesHash: reader.bytes(32),
  };
}

/** 32 bytes: what a submission names. */
export function claimRoot(claim: Claim): Uint8Array {
  return sha256(concatBytes(CLAIM_TAG, encodeClaim(claim)));
}
