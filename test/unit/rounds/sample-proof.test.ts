import { beforeAll, describe, expect, it } from '@jest/globals';
import { ByteReader } from '../../../src/lib/index.js';
import { readShareRecord, type ShareRecord, writeShareRecord } from '../../../src/mining/index.js';
import { encodeCbor } from '../../../src/rounds/cbor.js';
import {
  type BuiltClaim,
  Cid,
  type ClaimPackage,
  DRAWS,
  decodePackage,
  drawSeed,
  drawsOf,
  liesUnder,
  proveDraws,
  verifyDraws,
} from '../../../src/rounds/index.js';
import { readPrunedTrie, SHARE_LEAF } from '../../../src/rounds/pruned-trie.js';
import { placesUnder } from '../../../src/rounds/sample-proof.js';
import { ShareSet, type SortedShares } from '../../../src/rounds/share-set.js';
import { blocksOf, sealed, withBlock } from './archive-surgery.js';
import { bytesOf, draftOf, REGTEST, type SourcedShare } from './claim-source.js';

const BEACON = bytesOf('beacon');
const code = (fault: string) => expect.objectContaining({ code: fault });

/** The binomial bounds within which 99.9 % of all runs of `tries` lie, half of the rest on either side. */
function missesBetween(tries: number, chance: number): [least: number, most: number] {
  const quantile = (part: number): number => {
    let logOf = tries * Math.log1p(-chance);
    let sum = Math.exp(logOf);
    let misses = 0;
    for (; sum < part; misses++) {
      logOf += Math.log(((tries - misses) / (misses + 1)) * (chance / (1 - chance)));
      sum += Math.exp(logOf);
    }
    return misses;
  };
  return [quantile(0.0005), quantile(0.9995)];
}

describe('a draw', () => {
  it('on the edges of a share: its first place and its last are its own, the next is not', () => {
    const share = { offset: 100n, work: 7n };
    const edges = [0n, 99n, 100n, 106n, 107n];
    expect(edges.map((draw) => liesUnder(draw, share))).toEqual([false, false, true, true, false]);
    // The first and the last share of a line of S = 112.
    const [first, last] = [
      { offset: 0n, work: 3n },
      { offset: 107n, work: 5n },
    ];
    expect([0n, 2n, 3n].map((draw) => liesUnder(draw, first))).toEqual([true, true, false]);
    expect([106n, 107n, 111n, 112n].map((draw) => liesUnder(draw, last))).toEqual([false, true, true, false]);
  });

  it('falls on the share that the line has there, at every place from 0 to S − 1', () => {
    const works = [3n, 1n, 4n, 1n, 5n];
    const set = new ShareSet();
    for (const [i, work] of works.entries()) set.add(0, Uint8Array.of(i, ...new Uint8Array(31)), work);
    const sorted = set.sort(Uint32Array.of(0));
    // By hand: the place of each of the 14 hashes of work.
    const line = [0, 0, 0, 1, 2, 2, 2, 2, 3, 4, 4, 4, 4, 4];
    for (const [draw, place] of line.entries()) expect(placesUnder(sorted, [BigInt(draw)])).toEqual([place]);
    expect(placesUnder(sorted, [0n, 2n, 3n, 8n, 13n, 13n])).toEqual([0, 1, 3, 4]);
  });

  it('is below S for every S, and there are 384', () => {
    for (const total of [1n, 2n, 385n, 1n << 96n, (1n << 128n) - 1n]) {
      const draws = drawsOf(drawSeed(bytesOf(`root ${total}`), BEACON), total);
      expect(draws).toHaveLength(384);
      expect(draws.every((draw) => draw >= 0n && draw < total)).toBe(true);
    }
    expect(DRAWS).toBe(384);
  });

  /** 1,000 shares of 1 to 13 hashes; which of them are phantoms is the order's business, not theirs. */
  function line(): { shares: SortedShares; total: bigint } {
    const set = new ShareSet();
    let total = 0n;
    for (let i = 0; i < 1_000; i++) {
      const work = 1n + BigInt(i % 13);
      total += work;
      set.add(0, bytesOf(`share ${i}`), work);
    }
    return { shares: set.sort(Uint32Array.of(0)), total };
  }

  it('finds phantom work as often as chance says, over 2,000 beacons', () => {
    const { shares, total } = line();
    const seeds = 2_000;
    const fractions = [0.01, 0.05, 0.1];
    // The last shares of the line are phantoms, as many as make the fraction, so that their exact part is known.
    const phantoms = fractions.map((fraction) => {
      let work = 0n;
      let from = shares.length;
      while (Number(work) < fraction * Number(total)) work += shares.work(--from);
      return { from, part: Number(work) / Number(total), caught: 0 };
    });
    for (let i = 0; i < seeds; i++) {
      const places = placesUnder(shares, drawsOf(drawSeed(bytesOf('root'), bytesOf(`beacon ${i}`)), total));
      for (const phantom of phantoms) if (places.at(-1)! >= phantom.from) phantom.caught++;
    }
    for (const { part, caught } of phantoms) {
      const [least, most] = missesBetween(seeds, (1 - part) ** DRAWS);
      expect(seeds - caught).toBeGreaterThanOrEqual(least);
      expect(seeds - caught).toBeLessThanOrEqual(most);
    }
    // Python's decimal, the terms summed: the first number with 0.05 % at or below it, and with 99.95 %.
    expect(missesBetween(seeds, 0.0211)).toEqual([23, 65]);
    expect(missesBetween(seeds, 0.95 ** DRAWS)).toEqual([0, 0]);
  });
});

describe('the proof of a sampled claim', () => {
  let built: BuiltClaim;
  let shares: SourcedShare[];
  let from: ClaimPackage;
  let proof: Uint8Array;
  const recordAt = (added: number): ShareRecord => shares[added]!.record;

  beforeAll(() => {
    const sourced = draftOf({ shares: 16_385, miners: 6, jobs: 7 });
    shares = sourced.shares;
    built = sourced.draft.finish();
    from = decodePackage(built.package, built.cid);
    proof = proveDraws(built, BEACON, recordAt).bytes;
  });

  const refusal =
    (bytes: Uint8Array, beacon = BEACON) =>
    () =>
      verifyDraws(bytes, null, from, beacon, REGTEST);
  /** Blocks: 0 the root, 1 openings, 2 records. */
  const edited = (index: number, edit: (bytes: Uint8Array) => Uint8Array): Uint8Array => {
    const blocks = blocksOf(proof);
    return sealed(withBlock(blocks, index, edit(blocks[index]!.bytes)));
  };

  it('opens the share under every draw', () => {
    const opened = verifyDraws(proof, null, from, BEACON, REGTEST);
    const places = placesUnder(built.shares, drawsOf(drawSeed(built.root, BEACON), built.claim.total));
    expect(opened.map(({ hash }) => hash)).toEqual(places.map((place) => built.shares.hash(place).slice()));
    expect(blocksOf(proof)).toHaveLength(3);
  });

  it('is of one beacon and one claim', () => {
    expect(refusal(proof, bytesOf('another beacon'))).toThrow(code('HEADER_VALUE'));
    const other = { ...from, root: bytesOf('another root') };
    expect(() => verifyDraws(proof, null, other, BEACON, REGTEST)).toThrow(code('HEADER_VALUE'));
    const moved = edited(0, (bytes) => {
      const at = Buffer.from(bytes).indexOf(BEACON);
      return Uint8Array.from([...bytes.slice(0, at), ...bytesOf('b'), ...bytes.slice(at + 32)]);
    });
    expect(refusal(moved, bytesOf('b'))).toThrow(code('PROOF_DRAWS'));
  });

  it('opens nothing that no draw fell on, and leaves no draw without a leaf', () => {
    const seed = drawSeed(built.root, BEACON);
    const drawn = new Set(placesUnder(built.shares, drawsOf(seed, built.claim.total)));
    const proving = (places: readonly number[]): Uint8Array => {
      const subset = new Set(places.map((place) => String(built.shares.hash(place))));
      const altered = Object.create(built, {
        openShares: {
          value: (miner: number, hashes: readonly Uint8Array[]) =>
            built.openShares(
              miner,
              miner === 0
                ? [...Array(built.spans[0]!.to).keys()]
                    .filter((place) => subset.has(String(built.shares.hash(place))))
                    .map((place) => built.shares.hash(place).slice())
                : hashes,
            ),
        },
      }) as BuiltClaim;
      return proveDraws(altered, BEACON, recordAt).bytes;
    };
    const ofFirst = [...drawn].filter((place) => place < built.spans[0]!.to);
    expect(refusal(proving(ofFirst.slice(1)))).toThrow(code('PROOF_DRAWS'));
    const undrawn = [...Array(built.spans[0]!.to).keys()].find((place) => !drawn.has(place))!;
    expect(refusal(proving([...ofFirst, undrawn]))).toThrow(code('PROOF_DRAWS'));
    expect(refusal(proving(ofFirst))).not.toThrow();
  });

  it.each([
    ['a record fewer', 2, (b: Uint8Array) => b.slice(0, -40), 'RECORDS'],
    ['two records exchanged', 2, (b: Uint8Array) => swapped(b), 'MINER_ROW'],
    ['a miner left out', 1, (b: Uint8Array) => b.slice(0, 4), 'PROOF_FORM'],
    ['a miner that is not in the tables', 1, (b: Uint8Array) => b.with(0, 6), 'PROOF_FORM'],
    ['a sum of one more', 1, (b: Uint8Array) => b.with(closedSum(b), b[closedSum(b)]! ^ 1), 'PROOF_FORM'],
    ['miners opened twice', 1, (b: Uint8Array) => Uint8Array.from([...b, ...b]), 'PROOF_FORM'],
    ['the last miner left out', 1, (b: Uint8Array) => b.slice(0, openingStarts(b).at(-1)), 'PROOF_DRAWS'],
    ['the first miner left out', 1, (b: Uint8Array) => b.slice(openingStarts(b)[1]), 'PROOF_DRAWS'],
    ['bytes behind the openings', 1, (b: Uint8Array) => Uint8Array.from([...b, 0]), 'PROOF_FORM'],
  ] as const)('is refused with %s', (_what, index, edit, fault) => {
    expect(refusal(edited(index, edit))).toThrow(code(fault));
  });

  it('has at most 8 chunks', () => {
    const links = (count: number) =>
      Array.from({ length: count }, (_, i) => Cid.of('raw', bytesOf(`chunk ${i}`)));
    const head = (count: number) =>
      encodeCbor({ format: 1n, claim: built.root, beacon: BEACON, openings: links(count), records: [] });
    expect(refusal(edited(0, () => head(8)))).toThrow(code('BLOCK_UNEXPECTED'));
    expect(refusal(edited(0, () => head(9)))).toThrow(code('CHUNKS'));
  });

  it('of invented shares cannot be made', () => {
    const draft = draftOf({ shares: 1, miners: 1, jobs: 1 });
    const { record } = draft.shares[0]!;
    for (let i = 0; i < 16_384; i++) draft.draft.add(record, bytesOf(`invented ${i}`));
    const invented = draft.draft.finish();
    const opened = decodePackage(invented.package, invented.cid);
    const forged = proveDraws(invented, BEACON, () => record).bytes;
    expect(() => verifyDraws(forged, null, opened, BEACON, REGTEST)).toThrow(code('MINER_ROW'));
  });
});

/** The first two records of equal miners in each other's place. */
function swapped(records: Uint8Array): Uint8Array {
  const copy = records.slice();
  writeShareRecord(readShareRecord(records, 40), copy, 0);
  writeShareRecord(readShareRecord(records, 0), copy, 40);
  return copy;
}

/** Where the lowest byte of the first closed subtree's sum is: behind a row number, branches, and a hash. */
function closedSum(openings: Uint8Array): number {
  let at = 4;
  while (openings[at] === 3) at++;
  if (openings[at] === 1) at += 49;
  if (openings[at] !== 2) throw new Error('no closed subtree where one is looked for');
  return at + 33;
}

/** Where each miner's opening begins. */
function openingStarts(openings: Uint8Array): number[] {
  const reader = new ByteReader(openings);
  const starts: number[] = [];
  while (reader.left > 0) {
    starts.push(reader.offset);
    reader.u32();
    readPrunedTrie(reader, SHARE_LEAF);
  }
  return starts;
}
