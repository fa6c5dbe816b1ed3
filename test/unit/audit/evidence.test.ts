import { describe, expect, it } from '@jest/globals';
import { CHECKS, type Evidence } from '../../../src/audit/index.js';
import { ByteWriter, concatBytes, sha256, toHex, utf8 } from '../../../src/lib/index.js';
import { type CoinbaseShape, encodeShape } from '../../../src/mining/index.js';
import { bytesOf } from '../rounds/claim-source.js';
import {
  audited,
  chainOf,
  claimUnderAudit,
  JOBS,
  MOST_EVIDENCE_BYTES,
  packedOf,
  worked,
} from './audit-source.js';
import { CHEATS } from './cheats.js';

function evidenceOf(claim: Parameters<typeof audited>[0]): { check: number; evidence: Evidence } {
  const { verdict } = audited(claim, { chain: chainOf() });
  if (verdict.kind !== 'invalid') throw new Error(`it is ${verdict.kind}`);
  return { check: verdict.check, evidence: verdict.evidence };
}

/** A claim on one shape, changed. Its outputs begin behind four bytes of sequence and one of their number. */
function onShape(change: (shape: CoinbaseShape) => Partial<CoinbaseShape>) {
  const jobs = JOBS.slice(0, 1).map(({ template, shape }) => ({
    template,
    shape: { ...shape, ...change(shape) },
  }));
  return claimUnderAudit(packedOf(worked({ jobs }).built));
}

function output(script: Uint8Array): Uint8Array {
  return new ByteWriter().u64(0n).varbytes(script).finish();
}

/** The shape with these outputs in front of its commitment's, and as many more in its count. */
function withOutputs(scripts: readonly Uint8Array[]) {
  return onShape(({ middle }) => {
    // The commitment's output begins 15 bytes before the commitment: value, length, 6a24, ORC1.
    const before = middle.length - 15;
    const counted = middle.slice(0, before);
    counted[4] = middle[4]! + scripts.length;
    return { middle: concatBytes(counted, ...scripts.map(output), middle.subarray(before)) };
  });
}

const LONG = new Uint8Array(3_600).fill(0x51);
const MANY = Array.from({ length: 5 }, () => new Uint8Array(40).fill(0x51));

/** Whatever a claimant has a say in, at its widest. */
const WIDEST = [
  [1, 'a submission of 512 bytes of every kind', claimUnderAudit(packedOf(worked().built), oddBytes(512))],
  [1, 'a submission of quotes', claimUnderAudit(packedOf(worked().built), utf8(`orc1|${'"'.repeat(500)}`))],
  [
    10,
    'a round of a hundred epochs of the longest scripts',
    claimUnderAudit(packedOf(worked().built), undefined, {
      reserveEpochs: Array.from({ length: 100 }, (_, epoch) => ({
        ...{ epoch, script: new Uint8Array(100).fill(epoch), firstRound: 0n, lastRound: 2n ** 64n - 1n },
      })),
    }),
  ],
  [14, 'bytes left over, as many as a row takes', onShape(({ tail }) => ({ tail: concatBytes(tail, LONG) }))],
  [
    15,
    'another height, on a coinbase as long as a row',
    onShape(({ scriptHead, middle }) => ({
      scriptHead: concatBytes(Uint8Array.of(1, 99), scriptHead.subarray(2)),
      middle: wide(middle),
    })),
  ],
  [16, 'eight outputs', withOutputs(MANY)],
  [16, 'an output of thousands of bytes', withOutputs([LONG])],
  [
    17,
    'five tags',
    withOutputs(
      Array.from({ length: 5 }, (_, i) =>
        concatBytes(Uint8Array.of(0x6a, 0x24), utf8('ORC1'), bytesOf(`${i}`)),
      ),
    ),
  ],
] as const;

/** With one more output of nothing, of thousands of bytes, behind the first. */
function wide(middle: Uint8Array): Uint8Array {
  const before = middle.length - 15;
  const counted = middle.slice(0, before);
  counted[4] = middle[4]! + 1;
  return concatBytes(counted, output(LONG), middle.subarray(before));
}

function oddBytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 7) % 256 || 1);
}

describe('evidence', () => {
  it.each(WIDEST)('of check %i stays within its bound: %s', (check, _what, claim) => {
    const told = evidenceOf(claim);
    expect(told.check).toBe(check);
    expect(JSON.stringify(told.evidence).length).toBeLessThanOrEqual(MOST_EVIDENCE_BYTES);
    expect(JSON.stringify(told.evidence)).toMatch(/^[\x20-\x7e]*$/);
  });

  it('that is longer is its beginning, its length and its hash, by which it is known again', () => {
    const [, , claim] = WIDEST.find(([check]) => check === 14)!;
    const { evidence } = evidenceOf(claim);
    const shape = { ...JOBS[0]!.shape, tail: concatBytes(JOBS[0]!.shape.tail, LONG) };
    const row = toHex(encodeShape(shape));
    expect(evidence.shapeRow).toBe(
      `${row.slice(0, 400)}... (${row.length} characters, SHA-256 ${toHex(sha256(utf8(row)))})`,
    );
  });

  it('of every cheat is within it, each check of a submission among them', () => {
    const seen = new Set<number>();
    for (const { claim, check } of CHEATS) {
      const { verdict } = audited(claim, {
        chain: chainOf([
          [bytesOf('block 100 of another chain'), 'unknown'],
          [bytesOf('no block'), 'unknown'],
        ]),
      });
      expect(verdict).toMatchObject({ kind: 'invalid', check });
      expect(JSON.stringify(verdict).length).toBeLessThanOrEqual(MOST_EVIDENCE_BYTES + 64);
      seen.add(check);
    }
    // 21 is in cheats.test, 30 to 34 in sampled-claim.test, 36 to 39 in observer.test: each goes through the same bound.
    const own = CHECKS.filter(({ no }) => (no < 30 || no === 35) && no !== 21);
    expect(own.filter(({ no }) => !seen.has(no))).toEqual([]);
  });
});
