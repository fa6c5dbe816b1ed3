import { describe, expect, it } from '@jest/globals';
import { audit, CHECKS, chainQuestions } from '../../../src/audit/index.js';
import { ByteWriter, concatBytes, toDisplayHex, utf8 } from '../../../src/lib/index.js';
import { poolShape } from '../../../src/mining/index.js';
import { bytesOf, jobOf, REGTEST } from '../rounds/claim-source.js';
import {
  appointed,
  audited,
  BINDING,
  blockFacts,
  blockHash,
  chainOf,
  claimUnderAudit,
  JOBS,
  packedOf,
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

  it('asks the chain for its previous blocks and its tip', () => {
    const subject = subjectOf(claimUnderAudit(packed));
    const wanted = [100, 101, 102, 103].map((height) => toDisplayHex(blockHash(height)));
    expect(chainQuestions(subject).toSorted()).toEqual(wanted.toSorted());
    const asked = new Map(chainQuestions(subject).map((hash) => [hash, subject.chain!.blocks.get(hash)!]));
    const chain = { ...subject.chain!, blocks: asked };
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
    const tipBeside = chainOf([[blockHash(103), { ...blockFacts(103), place: 'beside' as const }]]);
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
  const behind = (height: number, time = timeOf(height)) => {
    const chain = chainOf();
    for (let above = height + 1; above <= 110; above++)
      chain.blocks.set(toDisplayHex(blockHash(above)), 'unknown');
    return { ...chain, best: { height, time } };
  };

  it('whose node ends below the tip abstains', () => {
    const report = audited(claimUnderAudit(packed), { chain: behind(102) });
    expect(report.verdict).toEqual({ kind: 'abstain', reason: expect.stringContaining('height 102') });
    expect(report.weight).toBe(0n);
  });

  it('whose node ends below a previous block abstains', () => {
    expect(audited(claimUnderAudit(packed), { chain: behind(101) }).verdict.kind).toBe('abstain');
    const low = submissionOf(packed, { tipHeight: 101, tipHash: blockHash(101) });
    expect(audited(claimUnderAudit(packed, low), { chain: behind(101) }).verdict.kind).toBe('abstain');
  });

  it('without a bitcoind, or who did not ask it, abstains', () => {
    expect(audited(claimUnderAudit(packed), { chain: null }).verdict.kind).toBe('abstain');
    const unasked = { ...chainOf(), blocks: new Map() };
    expect(audited(claimUnderAudit(packed), { chain: unasked }).verdict.kind).toBe('abstain');
  });

  it('whose node has a block from after the round is not behind a tip that no chain has', () => {
    const tooHigh = submissionOf(packed, { tipHeight: 200, tipHash: blockHash(200) });
    const subject = (time: number) => ({
      chain: { ...chainOf([[blockHash(200), 'unknown']]), best: { height: 110, time } },
    });
    const later = START + 3_600 + 7_200;
    expect(audited(claimUnderAudit(packed, tooHigh), subject(later)).verdict.kind).toBe('abstain');
    expect(audited(claimUnderAudit(packed, tooHigh), subject(later + 1)).verdict).toMatchObject({
      kind: 'invalid',
      check: 35,
    });
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
