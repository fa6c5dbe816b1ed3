import { describe, expect, it } from '@jest/globals';
import type { ObserverFacts } from '../../../src/audit/index.js';
import { toDisplayHex } from '../../../src/lib/index.js';
import { poolShape } from '../../../src/mining/index.js';
import { BITS, REGTEST } from '../rounds/claim-source.js';
import {
  audited,
  BINDING,
  blockHash,
  claimUnderAudit,
  JOBS,
  NO_OBSERVER,
  packedOf,
  START,
  worked,
} from './audit-source.js';

const packed = packedOf(worked().built);

function seenBy(facts: Partial<ObserverFacts>, claim = claimUnderAudit(packed)) {
  const report = audited(claim, { observer: { ...NO_OBSERVER, ...facts } });
  expect(report.verdict).toEqual({ kind: 'valid' });
  expect(report.weight).toBeGreaterThan(0n);
  return report.suspects.map(({ check }) => check);
}

/** The first job pays so much. */
function paying(coinbaseValueSats: bigint) {
  const { template } = JOBS[0]!;
  const block = { ...template, id: '', minTime: 0, curTime: 0, transactionCount: 0, feesSats: 0n };
  const shape = poolShape(
    { ...block, coinbaseValueSats, witnessCommitment: null },
    '/orcapool/',
    BINDING.reserveScript,
  );
  return claimUnderAudit(packedOf(worked({ jobs: [{ template, shape }] }).built));
}

describe('an observer suspects, and does not refuse,', () => {
  it('36: a value above the subsidy, 1.25 times the fees it saw, and 0.05 BTC', () => {
    // 50 BTC + 1.25 · 1,000,003 rounded down + 5,000,000 sats.
    const bestFeesSats = new Map([[101, 1_000_003n]]);
    expect(seenBy({ bestFeesSats }, paying(5_006_250_003n))).toEqual([]);
    expect(seenBy({ bestFeesSats }, paying(5_006_250_004n))).toEqual([36]);
    expect(seenBy({ bestFeesSats: new Map() }, paying(9_000_000_000n))).toEqual([]);
  });

  it('37: a share more than 300 s behind its first sight of a higher tip', () => {
    // The shares' times are START + 600 to START + 623.
    const at = (seconds: number) => new Map([[toDisplayHex(blockHash(100)), seconds]]);
    const last = Math.max(
      ...worked()
        .records.filter(({ job }) => job < 2)
        .map(({ time }) => time),
    );
    expect(last).toBeGreaterThan(START + 600);
    expect(seenBy({ replacedAt: at(last - 300) })).toEqual([]);
    expect(seenBy({ replacedAt: at(last - 301) })).toEqual([37]);
    expect(seenBy({ replacedAt: new Map() })).toEqual([]);
  });

  it('38: a block that it does not know, unless another of that height came within two minutes', () => {
    // Blocks came upon 100, 101 and 102 at START, START + 600 and START + 1,200.
    const suspectsOf = (
      time: number,
      know: (hashes: string[]) => string[],
      { heights = [101, 102, 103], replacedAt = null as ObserverFacts['replacedAt'] } = {},
    ) => {
      const { built } = worked({ time: () => time });
      const hashes = Array.from({ length: 24 }, (_, place) => toDisplayHex(built.shares.hash(place)));
      // A network on which a share of the easiest kind is a block; on regtest itself none of these is.
      const network = { ...REGTEST, blockTargetBits: BITS[0] };
      const known = new Set(know(hashes));
      const blocksKnown = new Map(heights.map((height) => [height, known]));
      const observer = { ...NO_OBSERVER, blocksKnown, replacedAt };
      const { verdict, suspects, blocks } = audited(claimUnderAudit(packedOf(built)), { network, observer });
      expect(verdict.kind).toBe('valid');
      return { found: suspects.map(({ check, evidence }) => [check, evidence.found]), hashes, blocks };
    };
    // Eight shares each of 2, 4 and 8 hashes, where 2 make a block.
    const all = suspectsOf(START - 121, (hashes) => hashes);
    expect([all.found, all.blocks]).toEqual([[], { expected: 56, found: 24 }]);
    const kept = suspectsOf(START - 121, (hashes) => hashes.slice(1));
    expect([kept.found, kept.blocks]).toEqual([[[38, kept.hashes[0]]], { expected: 56, found: 23 }]);
    expect(suspectsOf(START + 1_200 - 120, () => []).found).toEqual([]);
    // Of 24 shares eight are upon 102.
    expect(suspectsOf(START + 1_200 - 121, () => []).blocks).toEqual({ expected: 56, found: 16 });
    // Its own clock goes before the header's.
    const replacedAt = new Map([[toDisplayHex(blockHash(102)), START + 1_100]]);
    expect(suspectsOf(START + 1_200 - 121, () => [], { replacedAt }).found).toEqual([]);
    // Its chain has not come that far.
    expect(suspectsOf(START - 121, () => [], { heights: [] }).found).toEqual([]);
    expect(seenBy({ blocksKnown: new Map([[101, new Set<string>()]]) })).toEqual([]);
  });

  it('39: fewer blocks than one claim in a thousand would have', () => {
    // e^−6.9 = 0.001008, e^−6.91 = 0.000998; with one block of 9.3, 10.3 · e^−9.3 = 0.00094.
    expect(seenBy({ blocksFound: { expected: 6.9, found: 0 } })).toEqual([]);
    expect(seenBy({ blocksFound: { expected: 6.91, found: 0 } })).toEqual([39]);
    expect(seenBy({ blocksFound: { expected: 9.2, found: 1 } })).toEqual([]);
    expect(seenBy({ blocksFound: { expected: 9.3, found: 1 } })).toEqual([39]);
    // Python's decimal, the sum of e^−2000 · 2000^k / k!: 0.000945 to k = 1862, 0.001020 to 1863.
    expect(seenBy({ blocksFound: { expected: 2_000, found: 1_863 } })).toEqual([]);
    expect(seenBy({ blocksFound: { expected: 2_000, found: 1_862 } })).toEqual([39]);
    expect(seenBy({ blocksFound: { expected: 0, found: 0 } })).toEqual([]);
  });

  it('39: together with the claim that it audits', () => {
    const network = { ...REGTEST, blockTargetBits: 0x2003ffff };
    const { built } = worked({ time: () => START - 121, keep: (hash) => hash[31]! > 3 });
    // Eight shares each of 2, 4 and 8 hashes, where 64 make a block: 1.75, and 5.16 for 6.91 in all.
    const suspectsOf = (expected: number) => {
      const blocksKnown = new Map([[101, new Set<string>()]]);
      const observer = { ...NO_OBSERVER, blocksKnown, blocksFound: { expected, found: 0 } };
      return audited(claimUnderAudit(packedOf(built)), { network, observer });
    };
    expect(suspectsOf(5.15)).toMatchObject({ suspects: [], blocks: { expected: 1.75, found: 0 } });
    expect(suspectsOf(5.16).suspects).toMatchObject([{ check: 39, evidence: { expected: '6.9 blocks' } }]);
  });

  it('nothing where it has nothing to compare with', () => {
    expect(seenBy({})).toEqual([]);
  });
});
