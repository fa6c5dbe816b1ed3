/** What the pool makes of the published vectors; what the Python verifier makes of them is in the integration tests. */
import { describe, expect, it } from '@jest/globals';
import { ByteReader, fromHex, toHex, utf8 } from '../../../src/lib/index.js';
import { tierOfNumber } from '../../../src/rounds/claim.js';
import { foldTrie } from '../../../src/rounds/fold-trie.js';
import {
  appointmentMessage,
  CLAIM_FORMAT,
  claimRoot,
  decodePackage,
  decodeReceipt,
  decodeSubmission,
  drawSeed,
  drawsOf,
  encodeClaim,
  encodeReceipt,
  encodeSubmission,
  readClaim,
  recountPackage,
  type Submission,
  tierOf,
  verifyMembershipProof,
} from '../../../src/rounds/index.js';
import { ShareSet } from '../../../src/rounds/share-set.js';
import { REGTEST } from './claim-source.js';
import { CLAIMS, DRAW_LISTS, MEMBERSHIPS, PACKAGES, RECEIPTS, SUBMISSIONS, TRIES } from './claim-vectors.js';
import { faultOf } from './hostile-packages.js';

describe('a trie of', () => {
  const rootOf = (leaves: (typeof TRIES.tries)[number]['leaves']) => {
    const set = new ShareSet();
    for (const [key, work] of leaves) set.add(0, fromHex(key), BigInt(work));
    return foldTrie(set.sort(Uint32Array.of(0)));
  };

  it.each(TRIES.tries)('$name has the published root', ({ leaves, hash, sum, count }) => {
    const root = rootOf(leaves);
    expect([toHex(root.hash), String(root.sum), String(root.count)]).toEqual([hash, sum, count]);
  });

  it.each(TRIES.refused)('$name is none', ({ leaves }) => {
    expect(() => rootOf(leaves)).toThrow();
  });
});

describe('a claim', () => {
  it.each(CLAIMS.claims)('of round $round has the published root, and reads back', (vector) => {
    const claim = {
      tier: tierOfNumber(vector.tier),
      taskId: fromHex(vector.task),
      nodeKey: fromHex(vector.nodekey),
      round: BigInt(vector.round),
      reserveHash: fromHex(vector.reserve_hash),
      seed: fromHex(vector.seed),
      total: BigInt(vector.total),
      count: BigInt(vector.count),
      miners: vector.miners,
      topRoot: fromHex(vector.top),
      tablesHash: fromHex(vector.tables_hash),
    };
    expect(toHex(claimRoot(claim))).toBe(vector.root);
    expect(readClaim(new ByteReader(encodeClaim(claim)))).toEqual(claim);
  });

  it('of another format or tier is not read', () => {
    const bytes = new Uint8Array(230).fill(1);
    expect(readClaim(new ByteReader(bytes)).tier).toBe('sampled');
    const code = (code: string) => expect.objectContaining({ code });
    expect(() => readClaim(new ByteReader(bytes.with(0, CLAIM_FORMAT + 1)))).toThrow(code('CLAIM_FORMAT'));
    expect(() => readClaim(new ByteReader(bytes.with(1, 2)))).toThrow(code('CLAIM_TIER'));
    expect([tierOf(16_384n), tierOf(16_385n)]).toEqual(['full', 'sampled']);
  });
});

describe('draws', () => {
  it.each(DRAW_LISTS.draws)(
    'on a total of $total are the published ones',
    ({ root, beacon, total, draws }) => {
      const ascending = draws.map(BigInt).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
      expect(drawsOf(drawSeed(fromHex(root), fromHex(beacon)), BigInt(total))).toEqual(ascending);
    },
  );
});

function fieldsOf(submission: Submission): Record<string, string | null> {
  const text = (value: unknown): string | null =>
    value === null ? null : value instanceof Uint8Array ? toHex(value) : String(value);
  return Object.fromEntries(Object.entries(submission).map(([name, value]) => [name, text(value)]));
}

describe('a submission', () => {
  it.each(SUBMISSIONS.accepted)('$text reads as published, and is written so', ({ text, fields }) => {
    const submission = decodeSubmission(text);
    expect(fieldsOf(submission)).toEqual(fields);
    expect(encodeSubmission(submission)).toBe(text);
    expect(utf8(text).length).toBeLessThanOrEqual(512);
  });

  it.each(SUBMISSIONS.refused)('with $name is none', ({ text }) => {
    expect(() => decodeSubmission(text)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^SUBMISSION_/) }),
    );
  });

  it('of more than 512 bytes is not looked at further', () => {
    const long = `orc1|41|idle|${'-'.repeat(500)}`;
    expect(() => decodeSubmission(long)).toThrow(expect.objectContaining({ code: 'SUBMISSION_TOO_LONG' }));
  });

  it('with any character of it changed is another one or none', () => {
    const { text } = SUBMISSIONS.accepted[1]!;
    for (let at = 0; at < text.length; at++) {
      for (const character of ['0', '9', '|', '-', ' ', 'a', 'A', '.']) {
        const changed = text.slice(0, at) + character + text.slice(at + 1);
        if (changed === text) continue;
        try {
          expect(encodeSubmission(decodeSubmission(changed))).toBe(changed);
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/^SUBMISSION_/) });
        }
      }
    }
  });
});

describe('a receipt', () => {
  const { receipt, fields, appointment, refused } = RECEIPTS;

  it('reads as published, and is written so', () => {
    const read = decodeReceipt(fromHex(receipt));
    expect({ ...fields, round: BigInt(fields.round) }).toEqual({
      taskId: toHex(read.taskId),
      nodeKey: toHex(read.nodeKey),
      round: read.round,
      minerId: toHex(read.minerId),
      bits: read.bits,
      shareHash: toHex(read.shareHash),
      signature: toHex(read.signature),
    });
    expect(toHex(encodeReceipt(read))).toBe(receipt);
  });

  it.each(refused)('is not %s', (hex) => {
    expect(() => decodeReceipt(fromHex(hex))).toThrow();
  });

  it("'s key is appointed in the published bytes", () => {
    const { taskId, nodeKey, receiptKey, fromRound, message } = appointment;
    const of = { receiptKey: fromHex(receiptKey), fromRound: BigInt(fromRound) };
    expect(toHex(appointmentMessage(fromHex(taskId), fromHex(nodeKey), of))).toBe(message);
  });
});

describe('a published package', () => {
  it.each(PACKAGES.accepted)('of $name is the claim it is said to be', (vector) => {
    const opened = decodePackage(fromHex(vector.package), null);
    recountPackage(opened, REGTEST);
    expect(toHex(opened.root)).toBe(vector.root);
    expect(toHex(opened.cid.bytes)).toBe(vector.cid);
    expect([String(opened.claim.total), String(opened.claim.count)]).toEqual([vector.total, vector.count]);
    const rows = opened.tables.miners.map(({ minerId, count, work, shareRoot }) => ({
      ...{ id: toHex(minerId), count: String(count), work: String(work), root: toHex(shareRoot) },
    }));
    expect(rows).toEqual(vector.miners);
  });

  it.each(PACKAGES.refused)('with $name is refused', ({ package: bytes, fault }) => {
    expect(faultOf(fromHex(bytes))).toBe(fault);
  });
});

describe('a published proof', () => {
  const verify = ({ proof, root, miner, share }: (typeof MEMBERSHIPS.refused)[number]) =>
    verifyMembershipProof(
      fromHex(proof),
      fromHex(root),
      fromHex(miner),
      share === null ? null : fromHex(share),
    );

  it.each(MEMBERSHIPS.proofs)('about $name says what is published', (vector) => {
    const { miner, shareWork } = verify(vector);
    const row = miner === null ? null : [String(miner.count), String(miner.work), toHex(miner.shareRoot)];
    expect(row).toEqual(vector.row);
    expect(shareWork === null ? null : String(shareWork)).toBe(vector.work);
  });

  it.each(MEMBERSHIPS.refused)('with $name proves nothing', (vector) => {
    expect(() => verify(vector)).toThrow(expect.objectContaining({ code: expect.any(String) }));
  });
});
