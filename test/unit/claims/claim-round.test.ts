import { describe, expect, it } from '@jest/globals';
import { claimRound, draftRound, type LoggedShare, proveRound } from '../../../src/claims/index.js';
import { toDisplayHex, utf8 } from '../../../src/lib/index.js';
import { minerId, type Payout, type ShareRecord } from '../../../src/mining/index.js';
import { decodePackage, RecountError, verifyDraws } from '../../../src/rounds/index.js';
import { BINDING, BITS, bytesOf, jobOf, REGTEST } from '../rounds/claim-source.js';

// docs/claim-format.md, "The package": rows at most.
const MOST_MINERS = 65_536;
const MOST_SIGNATURES = 65_536;

const JOB = { ...jobOf(0), binding: BINDING };
const NO_SIGNATURE = new Uint8Array(0);

function payout(name: string): Payout {
  return { type: 'k2', key: bytesOf(name) };
}

function share(hash: string, bits: number, by: Payout, signature: Uint8Array = NO_SIGNATURE): LoggedShare {
  const record: ShareRecord = {
    ...{ job: 0, miner: 0, signature: 0, bits, extranonce: new Uint8Array(12) },
    ...{ time: 0, nonce: 0, version: 0x20000000 },
  };
  return { record, hash: bytesOf(hash), job: JOB, payout: by, signature };
}

/** BITS are of 2, 4 and 8 hashes a share. */
const [WORTH_2, WORTH_4, WORTH_8] = BITS;

function strangers(count: number): LoggedShare[] {
  return Array.from({ length: count }, (_, i) => share(`stranger ${i}`, WORTH_2, payout(`stranger ${i}`)));
}

describe('a round with more names than its package has room for', () => {
  it('claims those with most work, however late they came, and says whose shares it leaves out', () => {
    const crowd = MOST_MINERS + 2;
    const shares = [
      ...strangers(crowd),
      share('one good share', WORTH_8, payout('late')),
      // Twice the work of a stranger, in two shares like theirs.
      share('first of two', WORTH_2, payout('latest')),
      share('second of two', WORTH_2, payout('latest')),
    ];
    const round = () => shares;
    const { built, leftOut } = claimRound(BINDING, null, round);
    const read = decodePackage(built!.package, built!.cid);
    expect(read.tables.miners).toHaveLength(MOST_MINERS);
    const works = new Map(read.tables.miners.map((row) => [String(row.minerId), row.work]));
    const workOf = (name: string) => works.get(String(minerId(payout(name))));
    expect([workOf('late'), workOf('latest'), workOf('stranger 0')]).toEqual([8n, 4n, 2n]);
    // Four more than there is room for: of equal ones, those that came last.
    expect([crowd - 5, crowd - 4, crowd - 1].map((i) => workOf(`stranger ${i}`))).toEqual([
      2n,
      undefined,
      undefined,
    ]);
    expect({ ...leftOut, hashes: leftOut.hashes.length }).toEqual({
      foreign: 0,
      noRoom: 4,
      offChain: 0,
      hashes: 4 * 32,
    });
    const left = Buffer.from(leftOut.hashes);
    const expected = [4, 3, 2, 1].map((behind) => Buffer.from(bytesOf(`stranger ${crowd - behind}`)));
    expect(left).toEqual(Buffer.concat(expected.sort(Buffer.compare)));
    expect(read.claim.total).toBe(8n + 4n + 2n * BigInt(crowd - 4));

    // Made from a second reading, the proof of draws is of the same claim: that it opens the claim's own leaves under its
    // draws is held before its records are, which are made up here.
    const proof = proveRound(BINDING, bytesOf('beacon'), round)!;
    const verify = () => verifyDraws(proof.bytes, proof.cid, read, bytesOf('beacon'), REGTEST);
    expect(verify).toThrow(RecountError);
  }, 120_000);

  it('gives no room to the signatures of a miner that has none, and to others by their work', () => {
    const one = payout('one');
    const shares = Array.from({ length: MOST_SIGNATURES + 1 }, (_, i) =>
      share(`signed ${i}`, WORTH_2, one, utf8(`s${i}`)),
    );
    shares.push(share('late', WORTH_4, payout('two'), utf8('rig of two')));
    const { built, leftOut } = claimRound(BINDING, null, () => shares);
    const { signatures, miners } = decodePackage(built!.package, built!.cid).tables;
    expect([signatures.length, leftOut.noRoom]).toEqual([MOST_SIGNATURES, 2]);
    expect(signatures.map((bytes) => Buffer.from(bytes).toString())).toContain('rig of two');
    expect(miners).toHaveLength(2);
  }, 120_000);

  it('counts shares that commit to something else by themselves', () => {
    const other = { ...JOB, binding: { ...BINDING, seed: bytesOf('another seed') } };
    const shares = [
      share('ours', WORTH_2, payout('a')),
      { ...share('not ours', WORTH_2, payout('a')), job: other },
    ];
    const { leftOut } = claimRound(BINDING, null, () => shares);
    expect(leftOut).toEqual({ foreign: 1, noRoom: 0, offChain: 0, hashes: bytesOf('not ours') });
  });
});

describe('a round with shares on blocks that lost by two', () => {
  const LOST = [toDisplayHex(bytesOf('block 101'))];
  const on = (number: number): LoggedShare['job'] => ({ ...jobOf(number), binding: BINDING });
  const shares = [0, 1, 2, 3].map((number) => ({
    ...share(`share ${number}`, WORTH_2, payout('a')),
    job: on(number),
  }));

  it('claims the others, with the highest block that these stand on as its tip, and says how many it leaves out', () => {
    const draft = draftRound(BINDING, null, () => shares);
    expect(draft.prevHashes).toEqual([bytesOf('block 100'), bytesOf('block 101')]);
    const whole = draft.finish({ beside: [], lost: [] });
    expect([whole.built!.claim.count, whole.tip]).toEqual([4n, { height: 101, hash: bytesOf('block 101') }]);
    const { built, tip, leftOut } = draft.finish({ beside: [], lost: LOST });
    expect([built!.claim.count, tip]).toEqual([2n, { height: 100, hash: bytesOf('block 100') }]);
    expect({ ...leftOut, hashes: leftOut.hashes.length }).toEqual({
      ...{ foreign: 0, noRoom: 0, offChain: 2, hashes: 64 },
    });
    const { tables } = decodePackage(built!.package, built!.cid);
    expect(tables.templates.map(({ prevHash }) => prevHash)).toEqual([
      bytesOf('block 100'),
      bytesOf('block 100'),
    ]);
    // Made again for a proof, it is the same claim.
    expect(claimRound(BINDING, null, () => shares, LOST).built!.root).toEqual(built!.root);
    expect(claimRound(BINDING, null, () => shares).built!.root).toEqual(whole.built!.root);
  });

  it('is idle when all of them do', () => {
    const draft = draftRound(BINDING, null, () => shares.slice(2));
    expect(draft.finish({ beside: [], lost: LOST })).toMatchObject({ built: null, tip: null });
  });
});
