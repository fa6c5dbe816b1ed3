import { describe, expect, it } from '@jest/globals';
import { type BlockFacts, CHECKS } from '../../../src/audit/index.js';
import { toDisplayHex } from '../../../src/lib/index.js';
import { bytesOf } from '../rounds/claim-source.js';
import { audited, blockFacts, blockHash, chainOf } from './audit-source.js';
import { CHEATS, HONEST_CLAIM, ROUND_EDGES } from './cheats.js';

/** A node in step, to which nobody showed headers of what it does not know. */
const NOBODYS = ['block 100 of another chain', 'no block'].map((name) => [bytesOf(name), 'unknown'] as const);

function verdictOn(block: Partial<BlockFacts>): unknown {
  const chain = chainOf([[blockHash(101), { ...blockFacts(101), ...block }]]);
  return audited(HONEST_CLAIM, { chain }).verdict;
}

describe('a claim is refused for', () => {
  it.each(CHEATS)('$what: check $check', ({ check, claim }) => {
    const report = audited(claim, { chain: chainOf(NOBODYS) });
    expect(report.verdict).toMatchObject({ kind: 'invalid', check });
    expect(report.weight).toBe(0n);
    expect(report.checks.slice(check).every(({ outcome }) => outcome !== 'failed')).toBe(true);
  });

  it.each([
    ['work on a branch two deep', { place: 'elsewhere' }, 20],
    ['work on a block of before the round', { nextTime: ROUND_EDGES.beforeStart - 1 }, 21],
    ['work on a block of behind the round', { time: ROUND_EDGES.behindEnd + 1 }, 21],
    ["other bits than its previous block's next ones", { nextBits: 0x1d00ffff }, 22],
    ['a height that is not above its previous block', { height: 102 }, 15],
  ] as const)('%s', (_what, block, check) => {
    expect(verdictOn(block)).toMatchObject({ kind: 'invalid', check });
  });

  it('evidence that is small, and names the rows', () => {
    const evidenceOf = (cheat: string) => {
      const { verdict } = audited(CHEATS.find(({ what }) => what.startsWith(cheat))!.claim);
      return verdict.kind === 'invalid' ? verdict.evidence : null;
    };
    const recordRow = expect.stringMatching(/^[0-9a-f]{80}$/);
    expect(evidenceOf('the difficulty it realised')).toMatchObject({ record: '3', recordRow });
    expect(evidenceOf('a time 7,801 s behind')).toMatchObject({
      record: '0',
      recordRow,
      found: '1800011401',
    });
    expect(evidenceOf('a share twice')).toMatchObject({ record: '2', recordRow });
    // Eight shares of the first miner in the claim, of 2, 4 or 8 hashes each, and one hash more.
    expect(evidenceOf('more work than its records have')).toMatchObject({
      row: '0',
      expected: expect.stringMatching(/^8 shares of (16|32|64) work, root [0-9a-f]{64}$/),
      found: expect.stringMatching(/^8 shares of (17|33|65) work, root [0-9a-f]{64}$/),
    });
    for (const each of CHEATS) {
      const text = JSON.stringify(audited(each.claim, { chain: chainOf(NOBODYS) }).verdict);
      expect(text.length).toBeLessThan(2_500);
    }
  });

  it('every check of its own submission that fails by bytes, chain and slots', () => {
    const caught = new Set([...CHEATS.map(({ check }) => check), 21]);
    const own = CHECKS.filter(({ no, makes }) => makes === 'invalid' && (no < 30 || no === 35));
    expect(own.map(({ no }) => no).filter((no) => !caught.has(no))).toEqual([]);
  });
});

describe('an auditor that is behind', () => {
  const facts = chainOf();
  const behind = { ...facts, best: { ...facts.best, height: 90, time: 0, headers: 90 } };
  const unknown = new Map(
    [100, 101, 102, 103].map((height) => [toDisplayHex(blockHash(height)), 'unknown' as const]),
  );

  it('still finds what bytes alone show', () => {
    const byBytes = CHEATS.filter(({ check }) => check < 15 || (check > 23 && check < 30) || check === 35);
    expect(byBytes.length).toBeGreaterThan(40);
    for (const { check, claim } of byBytes) {
      const { verdict } = audited(claim, { chain: { ...behind, blocks: unknown } });
      expect(verdict).toMatchObject({ kind: 'invalid', check });
    }
  });

  it('abstains from what only the chain shows', () => {
    for (const { claim } of CHEATS.filter(({ check }) => check === 20 || check === 22)) {
      const { verdict } = audited(claim, { chain: { ...behind, blocks: unknown } });
      expect(verdict.kind).toBe('abstain');
    }
  });
});
