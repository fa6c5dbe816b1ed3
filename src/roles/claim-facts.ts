/** What HTTP tells of a node's claims. Proofs are made one after another, and only few may wait. */
import { type Network, type NetworkName, network } from '../bitcoin/index.js';
import type { ClaimReader, ClaimView, MembershipView } from '../http/index.js';
import { fromDisplayHex, oneByOne, toDisplayHex } from '../lib/index.js';
import { minerId, type Payout } from '../mining/index.js';
import { rootOfCar, verifyMembershipProof } from '../rounds/index.js';
import { parseUsername } from '../stratum/index.js';
import type { NodeClaims } from './node-claims.js';

const MOST_WAITING = 4;

export class ClaimFacts implements ClaimReader {
  private readonly network: Network;
  private readonly afterThoseBefore = oneByOne();
  private waiting = 0;

  constructor(
    private readonly claims: NodeClaims,
    name: NetworkName,
  ) {
    this.network = network(name);
  }

  claim(round: bigint): ClaimView | null {
    const closed = this.claims.store.get(round);
    if (closed === null) return null;
    const { claim, closedMs, leftOut } = closed;
    if (claim === null) return { closedMs, leftOut, claim };
    const { root, total, tip, ...figures } = claim;
    return {
      closedMs,
      leftOut,
      claim: {
        ...figures,
        root: Buffer.from(root).toString('base64url'),
        work: total,
        tipHeight: tip.height,
        tipHash: toDisplayHex(tip.hash),
      },
    };
  }

  package(round: bigint): Promise<Uint8Array | null> {
    return this.claims.store.package(round);
  }

  async draws(round: bigint): Promise<{ readonly cid: string; readonly bytes: Uint8Array } | null> {
    const bytes = await this.claims.store.draws(round);
    return bytes === null ? null : { cid: rootOfCar(bytes).toString(), bytes };
  }

  async prove(
    round: bigint,
    address: string,
    shareHash: string | null,
  ): Promise<MembershipView | 'busy' | 'address' | null> {
    const closed = this.claims.store.get(round);
    if (closed === null || closed.claim === null) return null;
    const payout = this.payout(address);
    if (payout === null) return 'address';
    if (this.waiting >= MOST_WAITING) return 'busy';
    const hash = shareHash === null ? null : fromDisplayHex(shareHash);
    const proof = await this.inTurn(() => this.claims.prove(round, payout, hash));
    if (proof === null) return null;
    const id = minerId(payout);
    const { miner, shareWork } = verifyMembershipProof(proof, closed.claim.root, id, hash);
    return { included: hash === null ? miner !== null : shareWork !== null, row: miner, proof, minerId: id };
  }

  private payout(address: string): Payout | null {
    try {
      return parseUsername(address, this.network, 'pool').payout;
    } catch {
      // What is no address is asked for by mistake, and the answer says so.
      return null;
    }
  }

  private async inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    this.waiting++;
    try {
      return await this.afterThoseBefore(work);
    } finally {
      this.waiting--;
    }
  }
}
