import { describe, expect, it } from '@jest/globals';
import { sha256d, toHex } from '../../../src/lib/index.js';
import { minerId } from '../../../src/mining/index.js';
import {
  ClaimDraft,
  decodePackage,
  PackageReader,
  recountPackage,
  verifyMembershipProof,
} from '../../../src/rounds/index.js';
import {
  APPOINTMENT,
  BINDING,
  bytesOf,
  draftOf,
  jobOnLost,
  lostHeader,
  payoutOf,
  REGTEST,
  riggedDraft,
} from './claim-source.js';

const { draft, shares } = draftOf({ shares: 40, miners: 5, jobs: 6, appointment: APPOINTMENT });
const built = draft.finish();

describe('a package', () => {
  it('tells the claim, its binding, its tables and every share', () => {
    const opened = decodePackage(built.package, built.cid);
    expect(opened.claim).toEqual(built.claim);
    expect(opened.root).toEqual(built.root);
    expect(opened.binding).toEqual(BINDING);
    expect(opened.appointment).toEqual(APPOINTMENT);
    expect(opened.tables).toEqual(built.tables);
    const hashes: Uint8Array[] = [];
    recountPackage(opened, REGTEST, ({ hash }) => hashes.push(hash));
    const byBytes = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b);
    expect(hashes.toSorted(byBytes)).toEqual(shares.map(({ hash }) => hash).toSorted(byBytes));
  });

  it('reads the same in pieces of any size', () => {
    for (const size of [1, 7, 64, 1000]) {
      const reader = new PackageReader(built.cid);
      for (let at = 0; at < built.package.length; at += size)
        reader.push(built.package.subarray(at, at + size));
      expect(reader.finish().root).toEqual(built.root);
    }
  });

  it('is the same whatever order the shares came in, and with shares that came twice', () => {
    const again = new ClaimDraft(BINDING, APPOINTMENT);
    const turned = [...shares.toReversed(), ...shares.slice(3, 9)];
    for (const { record, hash } of turned) {
      const from = built.settledRecord(record);
      const { template, shape } = built.tables.jobs[from.job]!;
      const numbered = {
        ...record,
        signature: again.signature(built.tables.signatures[from.signature]!),
        miner: again.miner(built.tables.miners[from.miner]!.payout),
        job: again.job(built.tables.templates[template]!, built.tables.shapes[shape]!),
      };
      again.add(numbered, hash);
    }
    expect(again.finish().cid.toString()).toBe(built.cid.toString());
  });

  it('has no rows of jobs, signatures and miners without shares', () => {
    const { draft: fuller } = draftOf({ shares: 40, miners: 5, jobs: 6, appointment: APPOINTMENT });
    fuller.miner(payoutOf(99));
    fuller.signature(Uint8Array.of(1));
    expect(fuller.finish().cid.toString()).toBe(built.cid.toString());
  });

  it('has records up to 16,384 shares, and none above', () => {
    const full = riggedDraft(16_384, 3).draft.finish();
    expect(full.claim.tier).toBe('full');
    expect(decodePackage(full.package, full.cid).records).toHaveLength(16_384 * 40);
    const sampled = riggedDraft(16_385, 3).draft.finish();
    expect(sampled.claim.tier).toBe('sampled');
    expect(decodePackage(sampled.package, sampled.cid).records).toHaveLength(0);
  });

  it('shows the headers of blocks that lost their race, those its shares stand on, by hash and each once', () => {
    const { draft: onLost } = draftOf({ shares: 12, miners: 2, jobs: 3, jobOf: jobOnLost });
    const hashes = onLost.prevHashes().map((hash) => toHex(hash));
    expect(new Set(hashes)).toEqual(new Set([0, 1, 2].map((n) => toHex(sha256d(lostHeader(n))))));
    const headers = [9, 2, 0, 1, 0].map(lostHeader);
    const shown = onLost.finish(headers);
    const { beside } = decodePackage(shown.package, shown.cid);
    expect(beside.map((header) => toHex(sha256d(header)))).toEqual(hashes.toSorted());
    // The claim is the same with and without them, and so is its root.
    const { draft: again } = draftOf({ shares: 12, miners: 2, jobs: 3, jobOf: jobOnLost });
    const bare = again.finish();
    expect([bare.root, decodePackage(bare.package, bare.cid).beside]).toEqual([shown.root, []]);
    expect(bare.cid.toString()).not.toBe(shown.cid.toString());
  });

  it('is not made of nothing', () => {
    expect(() => new ClaimDraft(BINDING, null).finish()).toThrow(
      expect.objectContaining({ code: 'NOTHING_TO_CLAIM' }),
    );
  });
});

describe('a proof of membership', () => {
  const miner = (number: number) => minerId(payoutOf(number));

  it('shows every share of the claim, with its work, and its miner', () => {
    for (const { payout, hash } of shares) {
      const proof = built.prove(payout, hash);
      const { miner: row, shareWork } = verifyMembershipProof(proof, built.root, minerId(payout), hash);
      expect(row?.count).toBe(8n);
      // Miners 0 and 3 are set 2 hashes a share, 1 and 4 four, 2 eight.
      expect(shareWork! * 8n).toBe(row?.work);
    }
  });

  it("shows that a share, or another miner's, is not in a miner's trie", () => {
    for (const hash of [bytesOf('never found'), shares[1]!.hash]) {
      const proof = built.prove(payoutOf(0), hash);
      expect(verifyMembershipProof(proof, built.root, miner(0), hash).shareWork).toBeNull();
    }
  });

  it('shows that a miner is not in the claim', () => {
    const proof = built.prove(payoutOf(77), shares[0]!.hash);
    expect(verifyMembershipProof(proof, built.root, miner(77), shares[0]!.hash)).toMatchObject({
      miner: null,
      shareWork: null,
    });
  });

  it('settles nothing but what it was made for', () => {
    const proof = built.prove(payoutOf(0), shares[0]!.hash);
    const code = (code: string) => expect.objectContaining({ code });
    expect(() => verifyMembershipProof(proof, bytesOf('root'), miner(0), shares[0]!.hash)).toThrow(
      code('PROOF_OTHER_ROOT'),
    );
    expect(() => verifyMembershipProof(proof, built.root, miner(1), shares[0]!.hash)).toThrow();
    expect(() => verifyMembershipProof(proof, built.root, miner(0), shares[5]!.hash)).toThrow(
      code('PROOF_PATH_CLOSED'),
    );
  });

  it('with any bit of it changed proves nothing', () => {
    const { payout, hash } = shares[7]!;
    const proof = built.prove(payout, hash);
    for (let bit = 0; bit < proof.length * 8; bit++) {
      const forged = proof.slice();
      forged[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => verifyMembershipProof(forged, built.root, minerId(payout), hash)).toThrow();
    }
  });
});
