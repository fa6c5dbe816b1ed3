import { describe, expect, it } from '@jest/globals';
import type { BlockFacts, ChainFacts } from '../../../src/audit/index.js';
import { standingOf, type TipHeader } from '../../../src/bitcoind/index.js';

/** Headers whose first byte is the height. */
function keptAt(...heights: readonly number[]): Map<string, TipHeader> {
  return new Map(
    heights.map((height) => [`block ${height}`, { height, header: new Uint8Array(80).fill(height) }]),
  );
}

function chainAt(
  height: number,
  blocks: Readonly<Record<string, BlockFacts['place'] | 'unknown'>>,
): ChainFacts {
  const facts = (hash: string, place: BlockFacts['place']): BlockFacts => ({
    ...{ place, height: Number(hash.split(' ')[1]), time: 0, medianTime: 0, nextTime: null, nextBits: 0 },
  });
  return {
    best: { height, time: 0, bits: 0x207fffff, headers: height, settled: height },
    blocks: new Map(
      Object.entries(blocks).map(([hash, said]) => [hash, said === 'unknown' ? said : facts(hash, said)]),
    ),
  };
}

/** The headers' times are 0. */
const ROUND = { startTime: 0, endTime: 3_600 };

/** Heights of the headers shown, and the hashes lost. */
function told(hashes: readonly string[], kept: Map<string, TipHeader>, chain: ChainFacts | null) {
  const { beside, lost } = standingOf(hashes, kept, chain, ROUND);
  return [beside.map((header) => header[0]), lost];
}

describe('how the blocks of a round stand when it is closed', () => {
  it('shows those that lost by one, and those with fewer than six upon them', () => {
    const hashes = ['block 93', 'block 94', 'block 95', 'block 99'];
    const places = {
      'block 93': 'beside',
      'block 94': 'best',
      'block 95': 'best',
      'block 99': 'best',
    } as const;
    expect(told(hashes, keptAt(93, 94, 95, 99), chainAt(100, places))).toEqual([[99, 95, 93], []]);
    expect(told(hashes, keptAt(93, 94, 95, 99), chainAt(99, places))).toEqual([[99, 95, 94, 93], []]);
  });

  it('leaves out those two deep, and those that nobody knows any more', () => {
    const hashes = ['block 99', 'block 98', 'block 97'];
    const chain = chainAt(100, { 'block 99': 'elsewhere', 'block 98': 'beside', 'block 97': 'unknown' });
    expect(told(hashes, keptAt(97, 98, 99), chain)).toEqual([[98], ['block 99', 'block 97']]);
  });

  it('leaves out, while two branches have as much work, what lies two deep on either', () => {
    // Both leave block 98: of each the first is one deep beside the other, whichever wins.
    const hashes = ['block 99', 'block 100', 'block 100 of the other'];
    const chain = chainAt(100, { 'block 99': 'best', 'block 100': 'best', 'block 100 of the other': 'tied' });
    const tie = { ...chain, best: { ...chain.best, settled: 99 } };
    expect(told(hashes, keptAt(99, 100), tie)).toEqual([[99], ['block 100', 'block 100 of the other']]);
    expect(told(hashes, keptAt(99, 100), chain)).toEqual([[100, 99], ['block 100 of the other']]);
  });

  it('gives up no block while bitcoind has headers above its best block, or is below the block itself', () => {
    const chain = chainAt(100, { 'block 99': 'elsewhere', 'block 101': 'elsewhere', 'block 97': 'unknown' });
    const hashes = ['block 97', 'block 99', 'block 101'];
    const behind = { ...chain, best: { ...chain.best, headers: 101 } };
    expect(told(hashes, keptAt(97, 99, 101), behind)).toEqual([[101, 99, 97], []]);
    expect(told(['block 101'], keptAt(101), chain)).toEqual([[101], []]);
  });

  it('gives up no block that a bitcoind which took over has not reached', () => {
    const chain = chainAt(100, { 'block 101': 'unknown', 'block 100': 'unknown', 'block 90': 'unknown' });
    // Of what was never kept nothing is known but that nobody knows it.
    expect(told(['block 101', 'block 100', 'block 90'], keptAt(101, 100), chain)).toEqual([
      [101],
      ['block 100', 'block 90'],
    ]);
  });

  it('leaves out what was no tip within an hour and a half of the round', () => {
    const lostOf = (time: number, nextTime: number | null) => {
      const chain = chainAt(100, { 'block 99': 'best' });
      const block = { ...(chain.blocks.get('block 99') as BlockFacts), time, nextTime };
      const blocks = new Map([['block 99', block]]);
      const round = { startTime: 10_000, endTime: 13_600 };
      return standingOf(['block 99'], keptAt(99), { ...chain, blocks }, round).lost;
    };
    expect([lostOf(0, 4_600), lostOf(0, null), lostOf(19_000, null)]).toEqual([[], [], []]);
    expect([lostOf(0, 4_599), lostOf(19_001, null)]).toEqual([['block 99'], ['block 99']]);
  });

  it('shows what was kept without a bitcoind, the sixteen highest', () => {
    const heights = Array.from({ length: 20 }, (_, n) => 81 + n);
    const hashes = heights.map((height) => `block ${height}`);
    expect(told(hashes, keptAt(...heights), null)).toEqual([heights.slice(4).reverse(), []]);
  });
});
