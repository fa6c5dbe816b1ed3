import { describe, expect, it } from '@jest/globals';
import { type AuditReport, type ClaimUnderAudit, chainQuestions } from '../../../src/audit/index.js';
import { readShareRecord, SHARE_RECORD_BYTES } from '../../../src/mining/index.js';
import { Cid, decodePackage, PackageError } from '../../../src/rounds/index.js';
import { blocksOf, mutants } from '../rounds/archive-surgery.js';
import {
  audited,
  chainOf,
  claimUnderAudit,
  type Packed,
  packedOf,
  partsOf,
  repacked,
  submissionOf,
  worked,
} from './audit-source.js';

const made = worked({ shares: 12 });
const packed = packedOf(made.built);
const EVERY = 7;

function* some<Each>(all: Iterable<Each>): Generator<Each, void, void> {
  let number = 0;
  for (const each of all) if (number++ % EVERY === 0) yield each;
}

/** As by an auditor whose bitcoind, in step, was asked for every block, and to whom nobody showed what it lacks. */
function auditedInStep(claim: ClaimUnderAudit): AuditReport {
  const { best, blocks } = chainOf();
  const answers = chainQuestions({ claim, before: null }).map(
    (hash) => [hash, blocks.get(hash) ?? 'unknown'] as const,
  );
  return audited(claim, { chain: { best, blocks: new Map(answers) } });
}

function isDecided({ verdict, weight }: AuditReport): boolean {
  return verdict.kind === 'invalid' && weight === 0n;
}

describe('one byte changed', () => {
  it('in a package, under hashes as they were or mended, is invalid and no reason to abstain', () => {
    let tried = 0;
    for (const inBlocks of [false, true]) {
      for (const bytes of some(mutants(packed.bytes, [0x01, 0x80], inBlocks))) {
        const cid = inBlocks ? Cid.decode(blocksOf(bytes)[0]!.cid) : packed.cid;
        const report = auditedInStep(
          claimUnderAudit({ ...packed, bytes, cid }, submissionOf({ ...packed, cid })),
        );
        if (!isDecided(report)) throw new Error(`mutant ${tried}: ${JSON.stringify(report.verdict)}`);
        tried++;
      }
    }
    expect(tried).toBeGreaterThan(1_000);
  });

  it('in a package whose claim and submission are made anew to fit it, decides too', () => {
    const outcomes = new Set<number>();
    for (const bytes of some(mutants(packed.bytes, [0x01, 0x40], true))) {
      const fitting = reclaimed(bytes);
      if (fitting === null) continue;
      const { verdict } = auditedInStep(claimUnderAudit(fitting));
      if (verdict.kind === 'abstain') throw new Error(verdict.reason);
      outcomes.add(verdict.kind === 'invalid' ? verdict.check : 0);
    }
    // Header, coinbases, templates, chain, records and rows.
    for (const check of [0, 9, 15, 16, 20, 22, 27]) expect(outcomes).toContain(check);
  });

  it('in a submission is invalid, or says the same of other bytes', () => {
    const text = submissionOf(packed);
    for (let at = 0; at < text.length; at++) {
      const changed = text.slice();
      changed[at]! ^= 1;
      expect(isDecided(auditedInStep(claimUnderAudit(packed, changed)))).toBe(true);
    }
  });

  it('in a record is another share, or none', () => {
    const parts = partsOf(made);
    for (let at = 0; at < SHARE_RECORD_BYTES; at++) {
      const records = parts.records.slice();
      records[at]! ^= 1;
      expect(readShareRecord(records, 0)).not.toEqual(readShareRecord(parts.records, 0));
      expect(isDecided(auditedInStep(claimUnderAudit(repacked({ ...parts, records }))))).toBe(true);
    }
  });
});

/** Null for bytes that no reader takes. */
function reclaimed(bytes: Uint8Array): Packed | null {
  try {
    const { cid, claim } = decodePackage(bytes, null);
    return { bytes, cid, claim };
  } catch (error) {
    if (error instanceof PackageError) return null;
    throw error;
  }
}
