import { describe, expect, it } from '@jest/globals';
import { encodeAddress, network } from '../../../src/bitcoin/index.js';
import { ClaimStore, vouchFault } from '../../../src/claims/index.js';
import type { NodeClaims } from '../../../src/roles/node-claims.js';
import { ReceiptFacts } from '../../../src/roles/receipt-facts.js';
import { decodeAppointment, decodeReceipt, type ReceiptAppointment } from '../../../src/rounds/index.js';
import type { StoredShare } from '../../../src/shares/index.js';
import { newFolder } from '../../integration/shares/shard-test.js';
import { EASIEST_BITS, PAYOUT } from '../../integration/shares/share-source.js';
import { bed } from '../claims/receipt-bed.js';

const ADDRESS = encodeAddress((PAYOUT as { readonly script: Uint8Array }).script, network('regtest'))!;

/** Three shares of round 7: two in shard 0, of whose batches the claim has the first, and one in shard 1. */
async function facts(appointment: (of: Awaited<ReturnType<typeof bed>>) => ReceiptAppointment | null) {
  const of = await bed();
  const store = new ClaimStore(newFolder());
  store.put(
    {
      ...{ binding: of.binding, bounds: { 'shard-0': 1 }, closedMs: 1, claim: null },
      ...{ leftOut: { foreign: 0, noRoom: 0, offChain: 0 }, lost: [] },
    },
    null,
    new Uint8Array(0),
  );
  const places = [
    ['shard-0', 1],
    ['shard-0', 2],
    ['shard-1', 1],
  ] as const;
  const shares = places.map(([shard, batch], i) => {
    const { record, hash } = of.shares[i]!;
    const said = { committedMs: 1, difficulty: 1, hashDifficulty: 1, height: 101, workerName: '' };
    return { ...said, shard, batch, index: 0, record, hash, round: 7n, payout: PAYOUT } as StoredShare;
  });
  const rounds = { binding: () => of.binding, appointment: () => appointment(of) };
  const claims = { receiptKey: of.key, rounds, store } as unknown as NodeClaims;
  const log = { recentShares: () => ({ shares, next: null }) };
  return { of, page: new ReceiptFacts(claims, log, 'regtest').receipts(ADDRESS, 10, null)! };
}

describe('receipts', () => {
  it('say of a share that was written behind where its shard was closed that it is in no claim', async () => {
    const { page } = await facts(() => null);
    expect(page.receipts.map(({ inClaim }) => inClaim)).toEqual([true, false, false]);
  });

  it("come with the node key's word for the key that signs them", async () => {
    const { of, page } = await facts(({ appoint }) => appoint(7n));
    for (const { receipt, appointment } of page.receipts) {
      const read = decodeReceipt(receipt);
      expect(vouchFault(read, decodeAppointment(appointment!))).toBeNull();
      expect([read.round, read.bits]).toEqual([7n, EASIEST_BITS]);
    }
    expect(page.receipts).toHaveLength(of.shares.length);
  });

  it('come without one where the task appointed nobody, or a key that this node has not any more', async () => {
    for (const appointment of [
      () => null,
      (of: Awaited<ReturnType<typeof bed>>) => of.appointKey(new Uint8Array(32), 7n),
    ]) {
      const { page } = await facts(appointment);
      expect(page.receipts.map(({ appointment }) => appointment)).toEqual([null, null, null]);
    }
  });
});
