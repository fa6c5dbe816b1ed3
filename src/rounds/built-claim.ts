/**
 * A claim with the shares it was built from: what goes on chain and into the package, and proofs of membership for
 * whoever asks. Holds 44 bytes a share.
 */
import { minerId, type Payout, type RoundBinding, type ShareRecord } from '../mining/index.js';
import type { Cid } from './cid.js';
import { type Claim, claimRoot } from './claim.js';
import type { ClaimTables } from './claim-tables.js';
import { type MinerSpan, rowLeaves } from './claim-trie.js';
import { encodeMembershipProof } from './membership-proof.js';
import { type PrunedTrie, pruneTrie, type ShareLeaf } from './pruned-trie.js';
import type { SortedShares } from './share-set.js';

/** Where a draft's numbers went in the package's tables. */
export interface RowPlaces {
  readonly jobs: ReadonlyMap<number, number>;
  readonly signatures: Uint32Array;
  readonly miners: Uint32Array;
}

/** A draft's record, naming the package's rows. */
export function settledRecord(record: ShareRecord, places: RowPlaces): ShareRecord {
  return {
    ...record,
    job: places.jobs.get(record.job)!,
    miner: places.miners[record.miner]!,
    signature: places.signatures[record.signature]!,
  };
}

export interface BuiltParts {
  readonly claim: Claim;
  readonly binding: RoundBinding;
  /** The package. */
  readonly bytes: Uint8Array;
  readonly cid: Cid;
  readonly tables: ClaimTables;
  readonly shares: SortedShares;
  readonly spans: readonly MinerSpan[];
  readonly places: RowPlaces;
}

export class BuiltClaim {
  readonly claim: Claim;
  readonly binding: RoundBinding;
  /** What the submission names. */
  readonly root: Uint8Array;
  readonly package: Uint8Array;
  readonly cid: Cid;
  readonly tables: ClaimTables;
  readonly shares: SortedShares;
  readonly spans: readonly MinerSpan[];
  private readonly places: RowPlaces;

  constructor(parts: BuiltParts) {
    this.claim = parts.claim;
    this.binding = parts.binding;
    this.root = claimRoot(parts.claim);
    this.package = parts.bytes;
    this.cid = parts.cid;
    this.tables = parts.tables;
    this.shares = parts.shares;
    this.spans = parts.spans;
    this.places = parts.places;
  }

  settledRecord(record: ShareRecord): ShareRecord {
    return settledRecord(record, this.places);
  }

  /** One miner's trie with the paths of `hashes` open. */
  openShares(miner: number, hashes: readonly Uint8Array[]): PrunedTrie<ShareLeaf> {
    const { from, to } = this.spans[miner]!;
    const leafAt = (place: number): ShareLeaf => ({
      hash: this.shares.hash(place).slice(),
      work: this.shares.work(place),
    });
    return pruneTrie(this.shares, leafAt, hashes, [from, to, 0]);
  }

  /**
   * That the miner, or one of its shares, is in this claim or is not. `shareHash`: internal order; null to prove
   * the miner's row alone. See `verifyMembershipProof`.
   */
  prove(payout: Payout, shareHash: Uint8Array | null): Uint8Array {
    const id = minerId(payout);
    const { miners } = this.tables;
    const top = pruneTrie(rowLeaves(miners), (index) => miners[index]!, [id]);
    const index = miners.findIndex((miner) => miner.minerId.every((byte, i) => byte === id[i]));
    const shares = index < 0 || shareHash === null ? null : this.openShares(index, [shareHash]);
    return encodeMembershipProof(this.claim, top, shares);
  }
}
