/** Our readers and the Python verifier, which was written from docs/claim-format.md alone, say the same of everything. */
import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Network, network } from '../../../src/bitcoin/index.js';
import { toHex } from '../../../src/lib/index.js';
import { minerId } from '../../../src/mining/index.js';
import {
  type ClaimSubmission,
  decodePackage,
  drawSeed,
  drawsOf,
  PackageError,
  proveDraws,
  RecountError,
  recountPackage,
  verifyDraws,
} from '../../../src/rounds/index.js';
import {
  audited,
  blockHash,
  claimUnderAudit,
  packedOf,
  submissionOf,
  worked,
} from '../../unit/audit/audit-source.js';
import { blocksOf, mutants, sealed, withBlock } from '../../unit/rounds/archive-surgery.js';
import {
  APPOINTMENT,
  bytesOf,
  draftOf,
  MAINNET_RULES,
  payoutOf,
  REGTEST,
} from '../../unit/rounds/claim-source.js';
import {
  CLAIMS,
  DRAW_LISTS,
  MEMBERSHIPS,
  PACKAGES,
  RECEIPTS,
  SUBMISSIONS,
  TRIES,
} from '../../unit/rounds/claim-vectors.js';
import { widePackage } from '../../unit/rounds/wide-packages.js';
import { ClaimVerifier } from './claim-verifier.js';

const verifier = new ClaimVerifier();
afterAll(() => verifier.close());

/** The root of a package that is accepted, null for one that is refused. Any other error is a mistake of ours. */
function verdict(bytes: Uint8Array, rules: Network = REGTEST): string | null {
  try {
    const opened = decodePackage(bytes, null);
    recountPackage(opened, rules);
    return toHex(opened.root);
  } catch (error) {
    if (error instanceof PackageError || error instanceof RecountError) return null;
    throw error;
  }
}

function reads(bytes: Uint8Array): boolean {
  try {
    decodePackage(bytes, null);
    return true;
  } catch (error) {
    if (error instanceof PackageError) return false;
    throw error;
  }
}

// Every other value of every byte takes minutes: CLAIM_MUTATIONS=all. Each single bit, and all of them, takes seconds.
const MASKS =
  process.env.CLAIM_MUTATIONS === 'all'
    ? Array.from({ length: 255 }, (_, i) => i + 1)
    : [1, 2, 4, 8, 16, 32, 64, 128, 255];

describe('the Python verifier and ours', () => {
  it('agree on packages of many forms', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        fc.boolean(),
        async (shares, miners, jobs, isAppointed) => {
          const appointment = isAppointed ? APPOINTMENT : null;
          const built = draftOf({ shares, miners, jobs, appointment }).draft.finish();
          const request = { op: 'package', package: toHex(built.package), network: 'regtest' };
          expect(await verifier.ask(request)).toEqual({
            answer: {
              root: toHex(built.root),
              cid: toHex(built.cid.bytes),
              total: String(built.claim.total),
              count: String(shares),
              miners: built.tables.miners.map((miner) => ({
                id: toHex(miner.minerId),
                count: String(miner.count),
                work: String(miner.work),
                root: toHex(miner.shareRoot),
              })),
            },
          });
        },
      ),
      { numRuns: 20 },
    );
  });

  it.each([
    ['of an archive', false],
    ['inside its blocks, with every hash mended', true],
  ])(
    'agree on every change of one byte %s',
    async (_where, inBlocks) => {
      const built = draftOf({ shares: 3, miners: 2, jobs: 2, appointment: APPOINTMENT }).draft.finish();
      const ours = [...mutants(built.package, MASKS, inBlocks)].map((bytes) => verdict(bytes));
      const request = { op: 'mutants', package: toHex(built.package), network: 'regtest', masks: MASKS };
      const theirs = await verifier.ask({ ...request, sealed: inBlocks });
      expect({ answer: ours }).toEqual(theirs);
      expect(ours.length).toBeGreaterThan(9_000);
      // What is accepted is another claim, or the same with another receipt key, which the root does not hash.
      const sameRoot = [...mutants(built.package, MASKS, inBlocks)].filter(
        (_, i) => ours[i] === toHex(built.root),
      );
      for (const bytes of sameRoot) expect(decodePackage(bytes, null).appointment).not.toEqual(APPOINTMENT);
      expect(sameRoot.length > 0).toBe(inBlocks);
    },
    600_000,
  );

  it("agree on changes of one byte under mainnet's rules, and on what regtest's would take of them", async () => {
    const masks = process.env.CLAIM_MUTATIONS === 'all' ? MASKS : [1, 128, 255];
    const options = { shares: 3, miners: 2, jobs: 2, rules: MAINNET_RULES };
    const built = draftOf({ ...options, appointment: APPOINTMENT }).draft.finish();
    const { network: mainnet } = MAINNET_RULES;
    expect(verdict(built.package, mainnet)).toBe(toHex(built.root));
    for (const inBlocks of [false, true]) {
      const all = [...mutants(built.package, masks, inBlocks)];
      const ours = all.map((bytes) => verdict(bytes, mainnet));
      const request = { op: 'mutants', package: toHex(built.package), network: 'mainnet', masks };
      expect(await verifier.ask({ ...request, sealed: inBlocks })).toEqual({ answer: ours });
      expect(ours.length).toBeGreaterThan(3_000);
    }
    // A share of less work than mainnet has is one on regtest.
    const easy = draftOf({ shares: 2, miners: 1, jobs: 1 }).draft.finish().package;
    for (const [name, isTaken] of [
      ['regtest', true],
      ['mainnet', false],
      ['testnet4', false],
      ['signet', false],
    ] as const) {
      expect(verdict(easy, network(name)) !== null).toBe(isTaken);
      const answer = await verifier.ask({ op: 'package', package: toHex(easy), network: name });
      expect('answer' in answer).toBe(isTaken);
    }
  }, 600_000);

  it.each([
    ['templates', 32_768],
    ['shapes', 32_768],
    ['signatures', 65_536],
    ['jobs', 32_768],
    ['miners', 65_536],
  ] as const)('agree on how many rows a table of %s has at most', async (table, most) => {
    for (const rows of [most, most + 1]) {
      const bytes = widePackage({ rows: { [table]: rows } });
      const isRead = rows === most;
      expect(reads(bytes)).toBe(isRead);
      const request = { op: 'package', package: toHex(bytes), network: 'regtest' };
      expect('answer' in (await verifier.ask(request))).toBe(isRead);
    }
  });

  it('agree on which submission names a package: its CID, root, figures, and the tip of its templates', async () => {
    const made = packedOf(worked().built);
    const cases: readonly [Partial<ClaimSubmission>, number | null][] = [
      [{}, null],
      [{ root: bytesOf('root') }, 7],
      [{ work: 1n }, 8],
      [{ count: 25n }, 8],
      [{ miners: 4 }, 8],
      [{ tipHeight: 101 }, 35],
      [{ tipHeight: 4_000_000_000 }, 35],
      [{ tipHash: blockHash(101) }, 35],
      [{ tipHeight: 101, tipHash: blockHash(101) }, 35],
    ];
    for (const [change, check] of cases) {
      const submission = submissionOf(made, change);
      const { verdict } = audited(claimUnderAudit(made, submission));
      expect(verdict).toMatchObject(check === null ? { kind: 'valid' } : { kind: 'invalid', check });
      const answer = await verifier.ask({
        ...{ op: 'names', package: toHex(made.bytes), network: 'regtest' },
        text: String.fromCharCode(...submission),
      });
      expect('answer' in answer).toBe(check === null);
    }
  });

  it('agree on proofs of membership, and on what they prove', async () => {
    const { draft, shares } = draftOf({ shares: 30, miners: 4, jobs: 3 });
    const built = draft.finish();
    const { payout, hash } = shares[9]!;
    for (const [payoutAsked, share, expected] of [
      [payout, hash, { work: '4' }],
      [payout, bytesOf('none'), { work: null }],
      [payout, null, { work: null }],
      [payoutOf(50), hash, { miner: null, work: null }],
    ] as const) {
      const answer = await verifier.ask({
        op: 'membership',
        proof: toHex(built.prove(payoutAsked, share)),
        root: toHex(built.root),
        miner: toHex(minerId(payoutAsked)),
        share: share === null ? null : toHex(share),
      });
      expect(answer).toMatchObject({ answer: expected });
    }
  });

  it('agree on the draws of a sampled claim and on their proof', async () => {
    const { draft, shares } = draftOf({ shares: 16_385, miners: 6, jobs: 7 });
    const built = draft.finish();
    expect(built.claim.tier).toBe('sampled');
    const beacon = bytesOf('beacon');
    const proof = proveDraws(built, beacon, (added) => shares[added]!.record);
    const opened = verifyDraws(
      proof.bytes,
      proof.cid,
      decodePackage(built.package, built.cid),
      beacon,
      REGTEST,
    );
    const proofRequest = {
      op: 'proof',
      proof: toHex(proof.bytes),
      package: toHex(built.package),
      beacon: toHex(beacon),
      network: 'regtest',
    };
    const answer = await verifier.ask(proofRequest);
    expect((answer as { answer: string[] }).answer).toHaveLength(opened.length);
    const request = {
      op: 'draws',
      root: toHex(built.root),
      beacon: toHex(beacon),
      total: String(built.claim.total),
    };
    const theirs = ((await verifier.ask(request)) as { answer: string[] }).answer.map(BigInt);
    const ascending = theirs.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    expect(ascending).toEqual(drawsOf(drawSeed(built.root, beacon), built.claim.total));

    const opens = (bytes: Uint8Array): number | null => {
      try {
        return verifyDraws(bytes, null, decodePackage(built.package, null), beacon, REGTEST).length;
      } catch (error) {
        if (error instanceof PackageError || error instanceof RecountError) return null;
        throw error;
      }
    };
    const blocks = blocksOf(proof.bytes);
    for (let i = 0; i < 60; i++) {
      // Places all over the proof, near its beginnings more than elsewhere.
      const index = i % blocks.length;
      const { bytes } = blocks[index]!;
      const at = Math.floor(bytes.length * (i / 60) ** 3);
      const changed = sealed(withBlock(blocks, index, bytes.with(at, bytes[at]! ^ (1 << (i % 8)))));
      const theirs = await verifier.ask({ ...proofRequest, proof: toHex(changed) });
      expect('answer' in theirs ? (theirs.answer as string[]).length : null).toBe(opens(changed));
    }
  });
});

describe('the Python verifier', () => {
  async function answers(requests: readonly object[]): Promise<unknown[]> {
    const all: unknown[] = [];
    for (const request of requests) {
      const answer = await verifier.ask(request);
      all.push('answer' in answer ? answer.answer : 'refused');
    }
    return all;
  }
  const refusals = (of: readonly unknown[]) => of.map(() => 'refused');

  it('finds in every vector what is published', async () => {
    const tries = TRIES.tries.map(({ leaves }) => ({ op: 'trie', leaves }));
    expect(await answers(tries)).toEqual(TRIES.tries.map(({ hash, sum, count }) => ({ hash, sum, count })));
    const claims = CLAIMS.claims.map((claim) => ({ ...claim, op: 'claim', format: 1 }));
    expect(await answers(claims)).toEqual(CLAIMS.claims.map(({ root }) => root));
    const draws = DRAW_LISTS.draws.map((list) => ({ ...list, op: 'draws' }));
    expect(await answers(draws)).toEqual(DRAW_LISTS.draws.map((list) => list.draws));
    const submissions = SUBMISSIONS.accepted.map(({ text }) => ({ op: 'submission', text }));
    expect(await answers(submissions)).toEqual(SUBMISSIONS.accepted.map(({ fields }) => fields));
    expect(await answers([{ op: 'receipt', receipt: RECEIPTS.receipt }])).toEqual([RECEIPTS.fields]);
    const held = RECEIPTS.held.map((vector) => ({ ...vector, op: 'held' }));
    expect(await answers(held)).toEqual(RECEIPTS.held.map(({ kept }) => ({ kept })));
    const packages = PACKAGES.accepted.map((vector) => ({ ...vector, op: 'package' }));
    expect(await answers(packages)).toEqual(
      PACKAGES.accepted.map(({ root, cid, total, count, miners }) => ({ root, cid, total, count, miners })),
    );
    const memberships = MEMBERSHIPS.proofs.map((vector) => ({ ...vector, op: 'membership' }));
    expect(await answers(memberships)).toEqual(
      MEMBERSHIPS.proofs.map(({ row, work }) => ({ miner: row, work })),
    );
  });

  it('refuses what is published as refused', async () => {
    const requests = [
      ...TRIES.refused.map(({ leaves }) => ({ op: 'trie', leaves })),
      ...SUBMISSIONS.refused.map(({ text }) => ({ op: 'submission', text })),
      ...RECEIPTS.refused.map((receipt) => ({ op: 'receipt', receipt })),
      ...RECEIPTS.refusedHeld.map((vector) => ({ ...vector, op: 'held' })),
      ...PACKAGES.refused.map((vector) => ({ op: 'package', package: vector.package, network: 'regtest' })),
      ...MEMBERSHIPS.refused.map((vector) => ({ ...vector, op: 'membership' })),
    ];
    expect(await answers(requests)).toEqual(refusals(requests));
  });
});
