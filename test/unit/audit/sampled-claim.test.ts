import { beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditSubject, ClaimBefore, ClaimUnderAudit } from '../../../src/audit/index.js';
import { chainQuestions } from '../../../src/audit/index.js';
import { toDisplayHex, utf8 } from '../../../src/lib/index.js';
import type { RoundBinding, ShareRecord } from '../../../src/mining/index.js';
import { type BuiltClaim, Cid, ClaimDraft, encodeSubmission, proveDraws } from '../../../src/rounds/index.js';
import { blocksOf, sealed, withBlock } from '../rounds/archive-surgery.js';
import { BITS, bytesOf, jobOf, payoutOf } from '../rounds/claim-source.js';
import {
  audited,
  BINDING,
  blockHash,
  chainOf,
  claimUnderAudit,
  JOBS,
  packedOf,
  START,
  submissionOf,
  worked,
} from './audit-source.js';

const BEACON = bytesOf('beacon');
/** The round before: of 3,600 s too, the same blocks and jobs. */
const BEFORE: RoundBinding = { ...BINDING, round: 40n, seed: bytesOf('seed of 40') };
const ROUND = { round: 40n, seed: BEFORE.seed, startTime: START - 3_600, endTime: START };
const time = (share: number) => START - 1_000 + (share % 60);

const OWN = packedOf(worked().built);

let before: { built: BuiltClaim; records: ShareRecord[] };
let sampled: ClaimUnderAudit;
let proof: { bytes: Uint8Array; cid: Cid };

beforeAll(() => {
  before = worked({ shares: 16_385, miners: 6, binding: BEFORE, time });
  sampled = underAudit(before.built);
  proof = proofOf(before);
});

function underAudit(built: BuiltClaim, round: Partial<ClaimUnderAudit['round']> = {}): ClaimUnderAudit {
  return claimUnderAudit(packedOf(built), undefined, { ...ROUND, ...round });
}

function proofOf({ built, records }: typeof before): { bytes: Uint8Array; cid: Cid } {
  return proveDraws(built, BEACON, (added) => records[added]!);
}

interface Carried {
  readonly cid?: Cid | null;
  readonly before?: Partial<ClaimBefore> | 'unknown' | null;
  readonly change?: Partial<AuditSubject>;
}

/** The audit of a submission for round 41 that carries the proof of round 40's claim. */
function carrying({ cid = proof.cid, before: changed = {}, change = {} }: Carried = {}) {
  const claim = claimUnderAudit(OWN, submissionOf(OWN, { proofCid: cid }));
  const earlier =
    changed === null || changed === 'unknown'
      ? changed
      : { claim: sampled, proof: proof.bytes, beacon: BEACON, ...changed };
  return audited(claim, { before: earlier, ...change });
}

/** Of other bytes, under their own CID. */
function carryingProof(bytes: Uint8Array, earlier: Partial<ClaimBefore> = {}) {
  return carrying({ cid: Cid.decode(blocksOf(bytes)[0]!.cid), before: { proof: bytes, ...earlier } });
}

function edited(index: number, edit: (bytes: Uint8Array) => Uint8Array): Uint8Array {
  const blocks = blocksOf(proof.bytes);
  return sealed(withBlock(blocks, index, edit(blocks[index]!.bytes)));
}

function idleWithProof(): ClaimUnderAudit {
  const submission = encodeSubmission({ kind: 'idle', round: 41n, proofCid: proof.cid, storeCid: null });
  return { ...claimUnderAudit(OWN, utf8(submission)), package: 'unavailable' };
}

/** Hashes that nobody found, with a record for all of them. */
function inventedClaim({ template, shape } = JOBS[0]!): { built: BuiltClaim; record: ShareRecord } {
  const draft = new ClaimDraft(BEFORE, null);
  const record: ShareRecord = {
    ...{ job: draft.job(template, shape), miner: draft.miner(payoutOf(0)), bits: BITS[0] },
    ...{ signature: draft.signature(new Uint8Array(0)), extranonce: new Uint8Array(12) },
    ...{ time: time(0), nonce: 0, version: 0x20000000 },
  };
  for (let i = 0; i < 16_385; i++) draft.add(record, bytesOf(`invented ${i}`));
  return { built: draft.finish(), record };
}

describe('a sampled claim', () => {
  it('is valid in its own round by its header, tables and sums, and weighs nothing yet', () => {
    const report = audited(sampled);
    expect(report.verdict).toEqual({ kind: 'valid' });
    expect(report.weight).toBe(0n);
    const outcomes = report.checks.slice(22, 29).map(({ outcome }) => outcome);
    expect(new Set(outcomes)).toEqual(new Set(['skipped']));
  });

  it('weighs its work with the submission that proves it, which weighs its own', () => {
    const report = carrying();
    expect(report.verdict).toEqual({ kind: 'valid' });
    expect(report.proven).toBe(before.built.claim.total);
    expect(report.weight).toBe(before.built.claim.total + 112n);
    expect(report.checks.slice(29, 34).map(({ outcome }) => outcome)).toEqual(Array(5).fill('passed'));
  });

  it('is proven by an idle submission too', () => {
    const report = audited(idleWithProof(), {
      before: { claim: sampled, proof: proof.bytes, beacon: BEACON },
    });
    expect(report.verdict.kind).toBe('valid');
    expect(report.weight).toBe(before.built.claim.total);
  });

  it('asks the chain for the blocks of both claims', () => {
    const high = underAudit(inventedClaim(jobOf(10)).built);
    const asked = chainQuestions({
      claim: claimUnderAudit(OWN, submissionOf(OWN, { proofCid: proof.cid })),
      before: { claim: high, proof: proof.bytes, beacon: BEACON },
    });
    expect(asked).toContain(toDisplayHex(blockHash(105)));
    expect(asked).toContain(toDisplayHex(blockHash(102)));
  });

  it('without a proof earns nothing, and the submission stands', () => {
    const report = carrying({ cid: null });
    expect(report.verdict).toEqual({ kind: 'valid' });
    expect(report.weight).toBe(112n);
    expect(report.checks[29]).toMatchObject({ no: 30, outcome: 'unweighed' });
  });

  it('waits for a beacon', () => {
    const report = carrying({ before: { beacon: null } });
    expect(report.verdict).toEqual({ kind: 'abstain', reason: expect.stringContaining('beacon') });
  });

  it('is weighed by no auditor that is behind', () => {
    const facts = chainOf([[blockHash(101), 'unknown']]);
    const chain = { ...facts, best: { ...facts.best, height: 100, time: START - 7_201 } };
    expect(carrying({ change: { chain } }).verdict.kind).toBe('abstain');
    const report = audited(idleWithProof(), {
      ...{ before: { claim: sampled, proof: proof.bytes, beacon: BEACON }, chain },
    });
    expect(report.verdict).toEqual({ kind: 'abstain', reason: expect.stringContaining('proof-shares') });
    expect(report.weight).toBe(0n);
  });

  it('is weighed by no auditor who cannot tell its tip, or that of the submission that proves it', () => {
    const facts = chainOf([[blockHash(102), 'unknown']]);
    const chain = { ...facts, best: { ...facts.best, height: 101, time: START - 3_601 } };
    const carried = { claim: sampled, proof: proof.bytes, beacon: BEACON };
    expect(audited(idleWithProof(), { before: carried, chain }).verdict.kind).toBe('abstain');
    const own = claimUnderAudit(OWN, submissionOf(OWN, { proofCid: proof.cid }));
    const report = audited(own, { before: carried, chain });
    expect(report).toMatchObject({ verdict: { kind: 'abstain' }, weight: 0n, proven: 0n });
  });

  it('that was invalid in its round earns nothing, whatever is proven of it', () => {
    const late = underAudit(before.built, { submissionSlot: 501n });
    const report = carrying({ before: { claim: late } });
    expect(report.verdict).toEqual({ kind: 'valid' });
    expect(report.proven).toBe(0n);
    expect(report.checks[29]).toMatchObject({ outcome: 'unweighed', why: { found: 'it failed check 3' } });
  });

  it('with a tip that was none earns nothing either', () => {
    const lying = { ...sampled, submission: submissionOf(packedOf(before.built), { tipHeight: 101 }) };
    const report = carrying({ before: { claim: lying } });
    expect(report.proven).toBe(0n);
    expect(report.checks[29]).toMatchObject({ outcome: 'unweighed', why: { found: 'it failed check 35' } });
  });

  it('earns nothing with a submission that is invalid itself', () => {
    const claim = claimUnderAudit(OWN, submissionOf(OWN, { proofCid: proof.cid, tipHeight: 101 }));
    const report = audited(claim, { before: { claim: sampled, proof: proof.bytes, beacon: BEACON } });
    expect(report.verdict).toMatchObject({ kind: 'invalid', check: 35 });
    expect([report.weight, report.proven]).toEqual([0n, 0n]);
  });

  it('of work on another template than it says is found by its tables, before any draw', () => {
    const wide = { ...JOBS[0]!, template: { ...JOBS[0]!.template, bits: 0x1d00ffff } };
    expect(audited(underAudit(inventedClaim(wide).built)).verdict).toMatchObject({
      kind: 'invalid',
      check: 22,
    });
  });
});

describe('a proof is refused', () => {
  const invalid = (check: number) => ({ kind: 'invalid', check });

  it('31: when nobody has it, or the package that it opens', () => {
    expect(carrying({ before: { proof: 'unavailable' } }).verdict).toMatchObject(invalid(31));
    const withheld = { ...sampled, package: 'unavailable' as const };
    expect(carrying({ before: { claim: withheld } }).verdict).toMatchObject(invalid(31));
  });

  it('by nobody who does not know what the key submitted before: that is left open', () => {
    const { verdict } = carrying({ before: 'unknown' });
    expect(verdict).toMatchObject({ kind: 'abstain', reason: expect.stringContaining('is not known here') });
    expect(audited(claimUnderAudit(OWN), { before: 'unknown' }).verdict.kind).toBe('valid');
  });

  it('32: when there is no sampled claim that it could be of', () => {
    expect(carrying({ before: null }).verdict).toMatchObject(invalid(32));
    const full = claimUnderAudit(OWN);
    expect(carrying({ before: { claim: full } }).verdict).toMatchObject(invalid(32));
    const largest = claimUnderAudit(OWN, submissionOf(OWN, { count: 16_384n }));
    expect(carrying({ before: { claim: largest } }).verdict).toMatchObject(invalid(32));
  });

  it('32: when it is cut short, has bytes behind it, or is another than the submission names', () => {
    expect(carrying({ before: { proof: proof.bytes.slice(0, -1) } }).verdict).toMatchObject(invalid(32));
    const longer = Uint8Array.from([...proof.bytes, 0]);
    expect(carrying({ before: { proof: longer } }).verdict).toMatchObject(invalid(32));
    const other = edited(2, (bytes) => bytes.with(0, bytes[0]! ^ 1));
    expect(carrying({ before: { proof: other } }).verdict).toMatchObject(invalid(32));
  });

  it('32: when it is of another beacon', () => {
    expect(carrying({ before: { beacon: bytesOf('another beacon') } }).verdict).toMatchObject(invalid(32));
  });

  it("32: when a key is misplaced in its trie, or a sum is not the row's", () => {
    // The first bit of the first opened leaf's key, behind row number, branches and closed subtrees.
    const moved = edited(1, (bytes) => {
      let at = 4;
      while (bytes[at] !== 1) at += bytes[at] === 2 ? 57 : 1;
      return bytes.with(at + 1, bytes[at + 1]! ^ 0x80);
    });
    expect(carryingProof(moved).verdict).toMatchObject({
      ...invalid(32),
      evidence: { found: expect.stringContaining('a leaf is not where bit 0 of its key says') },
    });
    const summed = edited(1, (bytes) => {
      const at = bytes.indexOf(2, 4);
      return bytes.with(at + 33, bytes[at + 33]! ^ 1);
    });
    expect(carryingProof(summed).verdict).toMatchObject(invalid(32));
  });

  it('33: when its draws are those of another beacon', () => {
    const other = bytesOf('a beacon of its own');
    const own = proveDraws(before.built, other, (added) => before.records[added]!).bytes;
    const blocks = blocksOf(own);
    const at = Buffer.from(blocks[0]!.bytes).indexOf(other);
    const root = Uint8Array.from(blocks[0]!.bytes);
    root.set(BEACON, at);
    expect(carryingProof(sealed(withBlock(blocks, 0, root))).verdict).toMatchObject(invalid(33));
  });

  it('34: when a record is another share than the leaf, or none', () => {
    const invented = edited(2, (bytes) => {
      const copy = bytes.slice();
      for (let i = 0; i < 40; i++) copy[i * 40 + 32]! ^= 1;
      return copy;
    });
    expect(carryingProof(invented).verdict).toMatchObject(invalid(34));
  });

  it('34: when shares were invented, as far as the draws fall on them', () => {
    const { built, record } = inventedClaim();
    const forged = proveDraws(built, BEACON, () => record);
    const report = carryingProof(forged.bytes, { claim: underAudit(built) });
    expect(report.verdict).toMatchObject(invalid(34));
    expect(report.weight).toBe(0n);
  });

  it('34: when a share of it has a time that the chain does not take', () => {
    const late = worked({ shares: 16_385, miners: 6, binding: BEFORE, time: () => START + 7_801 });
    expect(audited(underAudit(late.built)).verdict.kind).toBe('valid');
    const own = proofOf(late);
    const report = carrying({ cid: own.cid, before: { proof: own.bytes, claim: underAudit(late.built) } });
    expect(report.verdict).toMatchObject(invalid(34));
  });
});
