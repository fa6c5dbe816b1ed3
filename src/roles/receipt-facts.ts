/** Signs receipts for shares that are in the log, for whoever asks; what is in the log was acknowledged. */
import { type Network, type NetworkName, network } from '../bitcoin/index.js';
import type { ReceiptPage, ReceiptReader, ReceiptView } from '../http/index.js';
import { equalBytes, toDisplayHex } from '../lib/index.js';
import { encodePayout, minerId, type Payout, type RoundBinding } from '../mining/index.js';
import { encodeAppointment, encodeReceipt } from '../rounds/index.js';
import type { ShardReader, StoredShare } from '../shares/index.js';
import { parseUsername } from '../stratum/index.js';
import type { NodeClaims } from './node-claims.js';

/** Of other people's shares, one answer looks at no more than these before it says where to go on. */
const MOST_LOOKED_AT = 5_000;

/** As `ReceiptView.inClaim`. */
type InClaim = (round: bigint, share: StoredShare) => boolean | null;

export class ReceiptFacts implements ReceiptReader {
  private readonly network: Network;

  constructor(
    private readonly claims: Pick<NodeClaims, 'receiptKey' | 'rounds' | 'store'>,
    private readonly log: Pick<ShardReader, 'recentShares'>,
    name: NetworkName,
  ) {
    this.network = network(name);
  }

  get receiptKey(): Uint8Array {
    return this.claims.receiptKey.publicKey;
  }

  receipts(address: string, limit: number, before: string | null): ReceiptPage | null {
    const payout = this.payout(address);
    if (payout === null) return null;
    const wanted = encodePayout(payout);
    const receipts: ReceiptView[] = [];
    const isInClaim = this.inClaims();
    let next = before;
    for (let looked = 0; looked < MOST_LOOKED_AT && receipts.length < limit; ) {
      const page = this.log.recentShares(limit - receipts.length, next);
      looked += page.shares.length;
      for (const share of page.shares) {
        if (share.payout === null || !equalBytes(encodePayout(share.payout), wanted)) continue;
        const signed = this.sign(share, payout, isInClaim);
        if (signed !== null) receipts.push(signed);
      }
      next = page.next;
      if (next === null) break;
    }
    return { receipts, next };
  }

  /** Reads the record of each round once. */
  private inClaims(): InClaim {
    const { store } = this.claims;
    const known = new Map<bigint, ((share: StoredShare) => boolean | null) | null>();
    return (round, share) => {
      let isIn = known.get(round);
      if (isIn === undefined) {
        isIn = inClaimOf(store, round);
        known.set(round, isIn);
      }
      return isIn === null ? null : isIn(share);
    };
  }

  private sign(share: StoredShare, payout: Payout, isInClaim: InClaim): ReceiptView | null {
    const { hash, record, round } = share;
    const binding = round === null ? null : this.claims.rounds.binding(round);
    if (round === null || binding === null) return null;
    const { taskId, nodeKey } = binding;
    const signed = this.claims.receiptKey.sign({
      ...{ taskId, nodeKey, round, bits: record.bits, shareHash: hash },
      minerId: minerId(payout),
    });
    const inClaim = isInClaim(round, share);
    const appointment = this.appointment(binding);
    return { share: toDisplayHex(hash), round, inClaim, receipt: encodeReceipt(signed), appointment };
  }

  /** Null where the task appointed no key for the round, or another than the one that signs now. */
  private appointment({ taskId, nodeKey, round }: RoundBinding): Uint8Array | null {
    const appointment = this.claims.rounds.appointment(round);
    if (appointment === null || !equalBytes(appointment.receiptKey, this.receiptKey)) return null;
    return encodeAppointment({ ...appointment, taskId, nodeKey });
  }

  private payout(address: string): Payout | null {
    try {
      return parseUsername(address, this.network, 'pool').payout;
    } catch {
      // What is no address is asked for by mistake, and the answer says so.
      return null;
    }
  }
}

/** Null for a round that is not closed. What a shard has behind its bound was written after its closing: it is in no claim. */
function inClaimOf(
  store: NodeClaims['store'],
  round: bigint,
): ((share: StoredShare) => boolean | null) | null {
  const closed = store.get(round);
  if (closed === null) return null;
  const isLeftOut = store.leftOut(closed);
  return ({ shard, batch, hash }) =>
    batch > (closed.bounds[shard] ?? 0) ? false : isLeftOut && !isLeftOut(hash);
}
