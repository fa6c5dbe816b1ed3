import { describe, expect, it } from '@jest/globals';
import { audit, auditOfBytes, CHECKS, type ChainFacts, chainQuestions } from '../../../src/audit/index.js';
import { ByteWriter, concatBytes, sha256d, toDisplayHex, utf8 } from '../../../src/lib/index.js';
import { poolShape } from '../../../src/mining/index.js';
import { bytesOf, jobOf, jobOnLost, lostHeader, REGTEST } from '../rounds/claim-source.js';
import {
  appointed,
  audited,
  BINDING,
  blockFacts,
  blockHash,
  chainOf,
  claimUnderAudit,
  END,
  JOBS,
  packedOf,
  partsOf,
  repacked,
  START,
  subjectOf,
  submissionOf,
  timeOf,
  verifySignature,
  worked,
} from './audit-source.js';

const packed = packedOf(worked({ appointment: appointed(40n) }).built);

describe('an honest full claim', () => {
  it('is valid, and weighs its work', () => {
    const report = audited(claimUnderAudit(packed));
    expect(report.verdict).toEqual({ kind: 'valid' });
    // 24 shares, eight at each of 2, 4 and 8 hashes.
    expect(report.weight).toBe(112n);
    expect(report.proven).toBe(0n);
    expect(report.suspects).toEqual([]);
  });

  it('has every check told, in order: those of the claim as passed, the rest as skipped', () => {
    const { checks } = audited(claimUnderAudit(packed));
    expect(checks.map(({ no, name }) => ({ no, name }))).toEqual(
      CHECKS.map(({ no, name }) => ({ no, name })),
    );
    expect(checks.filter(({ outcome }) => outcome === 'skipped').map(({ no }) => no)).toEqual([
      ...[30, 31, 32, 33, 34, 36, 37, 38, 39],
    ]);
    expect(checks.filter(({ outcome }) => outcome === 'passed')).toHaveLength(30);
  });

  it('stands on chain with spaces behind it', () => {
    const filled = utf8(`${String.fromCharCode(...submissionOf(packed))}${' '.repeat(99)}`);
    expect(audited(claimUnderAudit(packed, filled)).verdict.kind).toBe('valid');
  });

  it('asks the chain for its previous blocks, of which its tip is the highest', () => {
    const subject = subjectOf(claimUnderAudit(packed));
    const facts = chainOf();
    const wanted = [100, 101, 102].map((height) => toDisplayHex(blockHash(height)));
    expect(chainQuestions(subject).toSorted()).toEqual(wanted.toSorted());
    const asked = new Map(chainQuestions(subject).map((hash) => [hash, facts.blocks.get(hash)!]));
    const chain = { ...facts, blocks: asked };
    expect(audit({ ...subject, chain }, verifySignature).verdict.kind).toBe('valid');
    const unreadable = { ...subject.claim, package: utf8('no package') };
    expect(chainQuestions({ claim: unreadable, before: null })).toEqual([]);
  });
});

describe('honest noise', () => {
  it('in the last round of a reserve, or the first, or of two that overlap', () => {
    const epoch = { epoch: 2, script: BINDING.reserveScript, firstRound: 41n, lastRound: 41n };
    const other = { epoch: 3, script: Uint8Array.of(0x51), firstRound: 41n, lastRound: 60n };
    for (const reserveEpochs of [[epoch], [epoch, other], [other, epoch]]) {
      expect(audited(claimUnderAudit(packed, undefined, { reserveEpochs })).verdict.kind).toBe('valid');
    }
  });

  it('on a previous block, and a tip, that lost its race', () => {
    const beside = { ...blockFacts(101), place: 'beside' as const };
    const chain = chainOf([[blockHash(101), beside]]);
    expect(audited(claimUnderAudit(packed), { chain }).verdict.kind).toBe('valid');
    const tipBeside = chainOf([[blockHash(102), { ...blockFacts(102), place: 'beside' as const }]]);
    expect(audited(claimUnderAudit(packed), { chain: tipBeside }).verdict.kind).toBe('valid');
  });

  it('on a block that was the tip 7,200 s before the round, or became it 7,200 s behind, beside the chain', () => {
    const early = {
      ...blockFacts(100),
      place: 'beside' as const,
      time: START - 9_000,
      nextTime: START - 7_200,
    };
    expect(audited(claimUnderAudit(packed), { chain: chainOf([[blockHash(100), early]]) }).verdict.kind).toBe(
      'valid',
    );
    const late = {
      ...blockFacts(102),
      place: 'beside' as const,
      time: START + 3_600 + 7_200,
      nextTime: null,
    };
    expect(audited(claimUnderAudit(packed), { chain: chainOf([[blockHash(102), late]]) }).verdict.kind).toBe(
      'valid',
    );
  });

  it('a second above the median time, and 7,200 s behind the end', () => {
    const edges = [timeOf(102) - 3_000 + 1, START + 3_600 + 7_200];
    const made = packedOf(worked({ time: (share) => edges[share % 2]! }).built);
    expect(audited(claimUnderAudit(made)).verdict.kind).toBe('valid');
  });

  it('of rolled versions, set difficulties, signatures of which some are dropped, templates and shapes', () => {
    const { tables } = worked().built;
    expect(
      [tables.templates, tables.shapes, tables.jobs, tables.signatures].map(({ length }) => length),
    ).toEqual([6, 6, 6, 3]);
    expect(tables.signatures[0]).toHaveLength(0);
  });

  it('on a template without transactions, and on one with as many as a branch of 16 has', () => {
    const { template } = jobOf(0);
    const block = { ...template, ...{ id: '', minTime: 0, curTime: 0, transactionCount: 0, feesSats: 0n } };
    const empty = { ...block, branch: [], coinbaseValueSats: 5_000_000_000n, witnessCommitment: null };
    const deep = {
      ...jobOf(1),
      template: { ...template, branch: Array.from({ length: 16 }, () => bytesOf('b')) },
    };
    const jobs = [{ template: empty, shape: poolShape(empty, '', BINDING.reserveScript) }, deep];
    expect(audited(claimUnderAudit(packedOf(worked({ jobs }).built))).verdict.kind).toBe('valid');
  });

  it('with a script of 100 bytes, and a lock time that a final sequence makes mean nothing', () => {
    const { template, shape } = JOBS[0]!;
    // The longest signature here is "rig 1": with its length, six bytes; 13 more are the extranonce's.
    const scriptHead = concatBytes(shape.scriptHead, new Uint8Array(100 - 19 - shape.scriptHead.length));
    const middle = concatBytes(new Uint8Array(4).fill(0xff), shape.middle.subarray(4));
    const lasting = { ...shape, scriptHead, middle, tail: new ByteWriter().u32(101).finish() };
    const jobs = [{ template, shape: lasting }];
    expect(audited(claimUnderAudit(packedOf(worked({ jobs }).built))).verdict.kind).toBe('valid');
  });

  it('with the easiest bits, on a chain that lets a block have them for its time', () => {
    const { template, shape } = JOBS[0]!;
    const made = packedOf(worked({ jobs: [{ template: { ...template, bits: 0x1d00ffff }, shape }] }).built);
    const network = { ...REGTEST, retargeting: 'by-time' as const };
    expect(audited(claimUnderAudit(made), { network }).verdict.kind).toBe('valid');
    expect(audited(claimUnderAudit(made)).verdict).toMatchObject({ kind: 'invalid', check: 22 });
  });

  it('with a receipt key from this round on', () => {
    const made = packedOf(worked({ appointment: appointed(41n) }).built);
    expect(audited(claimUnderAudit(made)).verdict.kind).toBe('valid');
  });

  it('of one share', () => {
    const made = packedOf(worked({ shares: 1 }).built);
    expect(audited(claimUnderAudit(made)).weight).toBe(2n);
  });
});

describe('an auditor', () => {
  const behind = (height: number, best: Partial<ChainFacts['best']> = {}) => {
    const chain = chainOf();
    for (let above = height + 1; above <= 110; above++)
      chain.blocks.set(toDisplayHex(blockHash(above)), 'unknown');
    return { ...chain, best: { ...chain.best, height, time: START - 1, headers: height, ...best } };
  };
  const verdictOf = (chain: ChainFacts) => audited(claimUnderAudit(packed), { chain }).verdict;

  it('whose node ends below a previous block abstains', () => {
    expect(verdictOf(behind(101))).toEqual({
      kind: 'abstain',
      reason: expect.stringContaining('height 101'),
    });
    expect(audited(claimUnderAudit(packed), { chain: behind(101) }).weight).toBe(0n);
    expect(verdictOf(behind(100)).kind).toBe('abstain');
    expect(verdictOf(behind(102, { time: END })).kind).toBe('valid');
  });

  it('without a bitcoind, or who did not ask it, abstains', () => {
    expect(audited(claimUnderAudit(packed), { chain: null }).verdict.kind).toBe('abstain');
    const unasked = { ...chainOf(), blocks: new Map() };
    expect(audited(claimUnderAudit(packed), { chain: unasked }).verdict.kind).toBe('abstain');
  });

  it('whose node has a block from after the round waits for none that a claim stands on', () => {
    const later = END + 7_800;
    // Headers without their blocks: it may be behind, but not without knowing the block.
    const best = { headers: 103 };
    expect(verdictOf(behind(101, { ...best, time: later })).kind).toBe('abstain');
    expect(verdictOf(behind(101, { ...best, time: later + 1 }))).toMatchObject({
      kind: 'invalid',
      check: 20,
    });
  });

  it('whose node has a block of the last hour waits for none that nobody showed', () => {
    expect(verdictOf(behind(101, { time: END - 3_601 })).kind).toBe('abstain');
    expect(verdictOf(behind(101, { time: END }))).toMatchObject({ kind: 'invalid', check: 20 });
    expect(verdictOf(behind(101, { time: END, headers: 102 })).kind).toBe('abstain');
  });

  it('is not made to wait by a template upon a height that no chain will ever reach', () => {
    const { template } = JOBS[0]!;
    const block = { ...template, ...{ id: '', minTime: 0, curTime: 0, transactionCount: 0, feesSats: 0n } };
    const prevHash = bytesOf('no block');
    const high = {
      ...{ ...block, height: 4_000_000_001, prevHash },
      ...{ witnessCommitment: null, coinbaseValueSats: 5_000_000_000n },
    };
    const jobs = [{ template: high, shape: poolShape(high, '', BINDING.reserveScript) }];
    const made = packedOf(worked({ jobs }).built);
    const facts = chainOf([[prevHash, 'unknown']]);
    const chain = { ...facts, best: { ...facts.best, time: END } };
    expect(audited(claimUnderAudit(made), { chain }).verdict).toMatchObject({
      kind: 'invalid',
      check: 20,
    });
  });

  it('waits for a block that was shown, if its header cost as much as a block', () => {
    const header = lostHeader(4);
    const hash = sha256d(header);
    const made = packedOf(worked({ jobs: [JOBS[0]!, jobOnLost(4)], beside: [header] }).built);
    const claim = claimUnderAudit(made, submissionOf(made, { tipHash: hash }));
    const judged = (bits: number) => {
      const chain = behind(101, { time: END, bits });
      chain.blocks.set(toDisplayHex(hash), 'unknown');
      return audited(claim, { chain }).verdict;
    };
    expect(judged(0x207fffff).kind).toBe('abstain');
    expect(judged(0x1d00ffff)).toMatchObject({ kind: 'invalid', check: 20 });
  });

  it('takes no branch for lost that has as much work as its own', () => {
    const tie = chainOf([[blockHash(102), { ...blockFacts(102), place: 'tied' }]]);
    expect(verdictOf(tie)).toEqual({ kind: 'abstain', reason: expect.stringContaining('as much work') });
  });

  it('takes no branch for lost while its node has headers of a better one', () => {
    const off = { ...blockFacts(102), place: 'elsewhere' as const };
    const chain = (best: Partial<ChainFacts['best']>) => {
      const facts = chainOf([[blockHash(102), off]]);
      return { ...facts, best: { ...facts.best, ...best } };
    };
    expect(verdictOf(chain({ headers: 111 })).kind).toBe('abstain');
    expect(verdictOf(chain({ height: 101, headers: 101 })).kind).toBe('abstain');
    expect(verdictOf(chain({}))).toMatchObject({ kind: 'invalid', check: 20 });
  });

  it('that is broken abstains, and never throws', () => {
    const broken = { ...claimUnderAudit(packed), submission: null as unknown as Uint8Array };
    expect(audited(broken).verdict).toMatchObject({ kind: 'abstain' });
    const report = audit(subjectOf(claimUnderAudit(packed)), () => {
      throw new Error('no curve');
    });
    expect(report.verdict).toEqual({ kind: 'abstain', reason: 'the audit broke off: no curve' });
  });
});

describe('a time so near to the margin that clocks decide', () => {
  const kindOf = (change: Parameters<typeof claimUnderAudit>[2], claimed = packed) =>
    audited(claimUnderAudit(claimed, undefined, change)).verdict.kind;
  const late = packedOf(worked({ time: () => END + 7_500 }).built);

  it('is not voted on, and is invalid 600 s further out', () => {
    // Block 102 came at START + 600, block 103 at START + 1,200, and shares ran to 7,500 s behind END.
    expect([0, 299, 300, 301, 899, 900].map((by) => kindOf({ endTime: END + by }, late))).toEqual([
      ...['abstain', 'abstain', 'valid', 'valid', 'valid', 'valid'],
    ]);
    expect([-300, -301].map((by) => kindOf({ endTime: END + by }, late))).toEqual(['abstain', 'invalid']);
    const start = timeOf(101) + 7_200;
    expect([0, 1, 600, 601].map((by) => kindOf({ startTime: start + by }))).toEqual([
      ...['valid', 'abstain', 'abstain', 'invalid'],
    ]);
  });

  it('makes no claim valid for one and invalid for another whose clocks are five minutes off to either side', () => {
    for (let by = -300; by <= 300; by += 50) {
      for (const time of [6_899, 6_900, 7_200, 7_500, 7_501, 7_800, 8_100]) {
        const made = packedOf(worked({ shares: 1, time: () => END + time }).built);
        const kinds = [-300, by, 300].map((off) => kindOf({ endTime: END + off }, made));
        expect(kinds.includes('valid') && kinds.includes('invalid')).toBe(false);
      }
    }
  });
});

describe('an audit of bytes alone', () => {
  const NOWHERE = { ...chainOf(), blocks: new Map() };
  const unasked = (claim: Parameters<typeof subjectOf>[0]) => {
    const { chain, observer, ...subject } = subjectOf(claim, { chain: NOWHERE });
    return auditOfBytes(subject, verifySignature);
  };

  it('decides what no bitcoind need be asked about, and nothing else', () => {
    expect(unasked(claimUnderAudit(packed))).toBeNull();
    const late = claimUnderAudit(packed, undefined, { submissionSlot: 501n });
    expect(unasked(late)?.verdict).toMatchObject({ kind: 'invalid', check: 3 });
    const high = claimUnderAudit(packed, submissionOf(packed, { tipHeight: 4_000_000_000 }));
    expect(unasked(high)?.verdict).toMatchObject({ kind: 'invalid', check: 35 });
  });

  it('finds records that are no shares before a block is asked for', () => {
    const { built, records } = worked();
    const parts = partsOf({ built, records });
    const invented = parts.records.slice();
    for (let at = 32; at < invented.length; at += 40) invented[at]! ^= 1; // its time
    const claim = claimUnderAudit(repacked({ ...parts, records: invented }));
    expect(unasked(claim)?.verdict).toMatchObject({ kind: 'invalid', check: 27 });
  });
});

describe('an idle submission', () => {
  const idle = { ...claimUnderAudit(packed, utf8('orc1|41|idle|-')), package: 'unavailable' as const };

  it('is valid and weighs nothing', () => {
    const report = audited(idle);
    expect(report.verdict.kind).toBe('valid');
    expect(report.weight).toBe(0n);
  });

  it('proves nothing when there is nothing to prove', () => {
    const proving = utf8(`orc1|41|idle|${packed.cid}`);
    expect(audited({ ...idle, submission: proving }).verdict).toMatchObject({ kind: 'invalid', check: 32 });
  });
});
