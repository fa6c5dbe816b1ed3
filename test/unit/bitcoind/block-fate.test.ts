import { describe, expect, it } from '@jest/globals';
import {
  FOUND,
  fateOfVerdicts,
  fateOfWhereabouts,
  type Whereabouts,
} from '../../../src/bitcoind/block-fate.js';
import { readVerdict } from '../../../src/bitcoind/index.js';

describe("submitblock's answer", () => {
  // BIP22 and Bitcoin Core's src/rpc/mining.cpp and src/validation.cpp.
  it.each([
    [null, 'accepted'],
    ['duplicate', 'accepted'],
    ['duplicate-inconclusive', 'inconclusive'],
    ['inconclusive', 'inconclusive'],
    ['stale-prevblk', 'inconclusive'],
    ['prev-blk-not-found', 'retry'],
    ['time-too-new', 'retry'],
    ['duplicate-invalid', 'invalid'],
    ['high-hash', 'invalid'],
    ['bad-txnmrklroot', 'invalid'],
    ['bad-cb-amount', 'invalid'],
    ['bad-witness-merkle-match', 'invalid'],
    ['time-too-old', 'invalid'],
    ['a word of some later version', 'invalid'],
  ])('%s means %s', (answer, meaning) => {
    expect(readVerdict(answer)).toBe(meaning);
  });
});

describe("a block's fate by the nodes' words", () => {
  const fate = (words: Record<string, string>, unanimous = false) =>
    fateOfVerdicts(new Map(Object.entries(words)), unanimous);

  it('is accepted when one node accepts it, whatever others say', () => {
    expect(fate({ a: 'bad-cb-amount', b: 'accepted' }, true).state).toBe('accepted');
    expect(fate({ a: 'duplicate' }).state).toBe('accepted');
  });

  it('is open while a node has not settled it', () => {
    expect(fate({ a: 'high-hash', b: 'inconclusive' })).toEqual({
      state: 'submitted',
      confirmations: 0,
      reason: 'b says inconclusive',
      final: false,
    });
    expect(fate({})).toEqual(FOUND);
  });

  it('is finally rejected only when every node says so', () => {
    expect(fate({ a: 'high-hash' })).toMatchObject({
      state: 'rejected',
      reason: 'a says high-hash',
      final: false,
    });
    expect(fate({ a: 'high-hash' }, true)).toMatchObject({ state: 'rejected', final: true });
  });
});

describe("a block's fate by the chain", () => {
  const HEIGHT = 500;
  const DEPTH = 100;
  const seen = (whereabouts: Whereabouts, tipHeight: number, before = FOUND) =>
    fateOfWhereabouts(before, HEIGHT, whereabouts, tipHeight, DEPTH);

  it('is in-chain from the first confirmation and confirmed at the hundredth', () => {
    expect(seen({ kind: 'in-chain', confirmations: 1 }, 500)).toMatchObject({
      state: 'in-chain',
      final: false,
    });
    expect(seen({ kind: 'in-chain', confirmations: 99 }, 598)).toMatchObject({
      state: 'in-chain',
      final: false,
    });
    expect(seen({ kind: 'in-chain', confirmations: 100 }, 599)).toMatchObject({
      state: 'confirmed',
      confirmations: 100,
      final: true,
    });
  });

  it('is orphaned when another block has its height, for good once the chain is 100 beyond', () => {
    const beside: Whereabouts = { kind: 'beside', winner: 'ab'.repeat(32) };
    expect(seen(beside, 500)).toEqual({
      state: 'orphaned',
      confirmations: 0,
      reason: `height 500 went to block ${'ab'.repeat(32)}`,
      final: false,
    });
    expect(seen(beside, 599).final).toBe(false);
    expect(seen(beside, 600).final).toBe(true);
  });

  it('comes back from orphaned when the chain turns to it', () => {
    const orphaned = seen({ kind: 'beside', winner: 'ab'.repeat(32) }, 500);
    expect(seen({ kind: 'in-chain', confirmations: 1 }, 501, orphaned).state).toBe('in-chain');
  });

  it('stays open while the node does not know it, and ends when the chain is 100 beyond', () => {
    expect(seen({ kind: 'unknown' }, 599)).toBe(FOUND);
    expect(seen({ kind: 'unknown' }, 600)).toMatchObject({ state: 'orphaned', final: true });
  });

  it('stays rejected beside the chain, and is not rejected if the chain has it', () => {
    const rejected = { ...FOUND, state: 'rejected' as const, reason: 'a says bad-cb-amount' };
    expect(seen({ kind: 'beside', winner: 'ab'.repeat(32) }, 500, rejected)).toEqual(rejected);
    expect(seen({ kind: 'unknown' }, 600, rejected)).toEqual({ ...rejected, final: true });
    expect(seen({ kind: 'in-chain', confirmations: 3 }, 502, rejected).state).toBe('in-chain');
  });
});
