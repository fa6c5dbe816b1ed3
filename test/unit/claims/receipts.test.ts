import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { network } from '../../../src/bitcoin/index.js';
import {
  isAppointed,
  isSigned,
  judgeReceipt,
  ReceiptKey,
  type ToldToJudge,
} from '../../../src/claims/index.js';
import { CodedError, fromHex } from '../../../src/lib/index.js';
import {
  type ClaimPackage,
  decodeKeptReceipt,
  decodeSubmission,
  encodeKeptReceipt,
  type SignedAppointment,
} from '../../../src/rounds/index.js';
import { newFolder } from '../../integration/shares/shard-test.js';
import { EASIEST_BITS, PAYOUT } from '../../integration/shares/share-source.js';
import { RECEIPTS } from '../rounds/claim-vectors.js';
import { bed } from './receipt-bed.js';

const REGTEST = network('regtest');

describe('the receipt key', () => {
  it('is made once, for its owner alone, and signs alike ever after', async () => {
    const path = join(newFolder(), 'receipt-key.pem');
    const first = await ReceiptKey.open(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const again = await ReceiptKey.open(path);
    expect(again.publicKey).toEqual(first.publicKey);
    expect(again.publicKey).toHaveLength(32);
  });

  it.each([
    ['nonsense', () => 'not a key'],
    [
      'a key of another kind',
      () =>
        generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
          type: 'pkcs8',
          format: 'pem',
        }),
    ],
  ])('refuses %s without showing it, and leaves it alone', async (_what, content) => {
    const path = join(newFolder(), 'receipt-key.pem');
    const text = String(content());
    writeFileSync(path, text);
    await expect(ReceiptKey.open(path)).rejects.toThrow(/is no Ed25519 key: restore it from a backup/);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('signs what it is given and nothing else', async () => {
    const { key, receiptOf, shares } = await bed();
    const receipt = receiptOf(shares[0]!.hash);
    expect(isSigned(receipt, key.publicKey)).toBe(true);
    expect(isSigned({ ...receipt, round: 8n }, key.publicKey)).toBe(false);
    expect(isSigned(receipt, (await ReceiptKey.open(join(newFolder(), 'k'))).publicKey)).toBe(false);
  });

  it('is appointed by the node key alone', async () => {
    const { binding, appoint } = await bed();
    const stranger = generateKeyPairSync('ed25519').privateKey;
    expect(isAppointed(appoint(3n), binding.taskId, binding.nodeKey)).toBe(true);
    expect(isAppointed(appoint(3n, stranger), binding.taskId, binding.nodeKey)).toBe(false);
    expect(isAppointed({ ...appoint(3n), fromRound: 2n }, binding.taskId, binding.nodeKey)).toBe(false);
  });
});

/** As it stands on K2. `appointment`: that came with the receipt. */
function told(pack: ClaimPackage, appointment: SignedAppointment | null = null): ToldToJudge {
  return { root: pack.root, package: pack, appointment };
}

describe('a receipt held against a package', () => {
  it('proves nothing while nobody says that the package is what was submitted', async () => {
    const { shares, appoint, receiptOf, packageOf } = await bed();
    const pack = packageOf(2, appoint(7n));
    const of = (share: number, root: ToldToJudge['root']) =>
      judgeReceipt(receiptOf(shares[share]!.hash), { ...told(pack), root }, null, REGTEST);
    for (const share of [0, 2]) {
      expect(of(share, null)).toMatchObject({
        kind: 'unproven',
        says: expect.stringContaining('nobody says'),
      });
      expect(of(share, packageOf(3, null).root).kind).toBe('mismatch');
    }
    expect([of(0, pack.root).kind, of(2, pack.root).kind]).toEqual(['kept', 'omitted']);
    const idle = { root: 'idle', package: null, appointment: null } as const;
    const judged = judgeReceipt(receiptOf(shares[0]!.hash), idle, null, REGTEST);
    expect(judged).toMatchObject({ kind: 'unproven', says: expect.stringContaining('idle') });
  });

  it('is kept when the share is in the claim', async () => {
    const { shares, appoint, receiptOf, packageOf } = await bed();
    expect(
      judgeReceipt(receiptOf(shares[1]!.hash), told(packageOf(3, appoint(7n))), null, REGTEST).kind,
    ).toBe('kept');
  });

  it('proves an omission when it is signed by an appointed key and the share is missing', async () => {
    const { shares, appoint, receiptOf, packageOf } = await bed();
    const pack = packageOf(2, appoint(7n));
    expect(judgeReceipt(receiptOf(shares[2]!.hash), told(pack), null, REGTEST).kind).toBe('omitted');
  });

  it.each([
    ['nobody appointed its key', 'nothing shows who appointed', (_: Awaited<ReturnType<typeof bed>>) => null],
    [
      'its key was appointed later',
      'was not appointed before round 8',
      ({ appoint }: Awaited<ReturnType<typeof bed>>) => appoint(8n),
    ],
    [
      'a stranger appointed its key',
      'was not appointed by the node key',
      ({ appoint }: Awaited<ReturnType<typeof bed>>) =>
        appoint(7n, generateKeyPairSync('ed25519').privateKey),
    ],
  ])('proves nothing when %s', async (_when, says, appointmentOf) => {
    const of = await bed();
    const pack = of.packageOf(2, appointmentOf(of));
    expect(judgeReceipt(of.receiptOf(of.shares[2]!.hash), told(pack), null, REGTEST)).toMatchObject({
      kind: 'unproven',
      says: expect.stringContaining(says),
    });
  });

  it('proves nothing when it was forged, and is no match for another round', async () => {
    const { shares, appoint, receiptOf, packageOf } = await bed();
    const pack = packageOf(2, appoint(7n));
    const receipt = receiptOf(shares[2]!.hash);
    const forged = { ...receipt, bits: EASIEST_BITS - 1 };
    expect(judgeReceipt(forged, told(pack), null, REGTEST).kind).toBe('unproven');
    expect(judgeReceipt({ ...receipt, round: 8n }, told(pack), null, REGTEST).kind).toBe('mismatch');
  });
});

describe('a receipt with its appointment', () => {
  it('proves an omission though the package appoints nobody, another key, or the same key too late', async () => {
    const of = await bed();
    const receipt = of.receiptOf(of.shares[2]!.hash);
    const other = await ReceiptKey.open(join(newFolder(), 'other.pem'));
    for (const inPackage of [null, of.appointKey(other.publicKey, 7n), of.appoint(8n)]) {
      const pack = of.packageOf(2, inPackage);
      expect(judgeReceipt(receipt, told(pack), null, REGTEST).kind).toBe('unproven');
      expect(judgeReceipt(receipt, told(pack, of.handedOut(7n)), null, REGTEST).kind).toBe('omitted');
    }
    const kept = of.receiptOf(of.shares[1]!.hash);
    expect(judgeReceipt(kept, told(of.packageOf(2, null), of.handedOut(7n)), null, REGTEST).kind).toBe(
      'kept',
    );
  });

  it('proves an omission by a round that was submitted as idle', async () => {
    const of = await bed();
    const idle = { root: 'idle', package: null, appointment: of.handedOut(7n) } as const;
    const judged = judgeReceipt(of.receiptOf(of.shares[0]!.hash), idle, null, REGTEST);
    expect(judged).toMatchObject({ kind: 'omitted', says: expect.stringContaining('idle') });
    const forged = { ...of.receiptOf(of.shares[0]!.hash), bits: EASIEST_BITS - 1 };
    expect(judgeReceipt(forged, idle, null, REGTEST).kind).toBe('unproven');
  });

  it('needs no package where a proof of membership is at hand', async () => {
    const of = await bed();
    const { root } = of.packageOf(2, null);
    for (const [share, kind] of [
      [1, 'kept'],
      [2, 'omitted'],
    ] as const) {
      const { hash } = of.shares[share]!;
      const proof = of.claimOf(2, null).prove(PAYOUT, hash);
      const blob = encodeKeptReceipt({ receipt: of.receiptOf(hash), appointment: of.handedOut(7n), proof });
      const { receipt, appointment, proof: shown } = decodeKeptReceipt(blob);
      const all = { root, package: null, appointment };
      expect(judgeReceipt(receipt, all, shown, REGTEST).kind).toBe(kind);
      expect(judgeReceipt({ ...receipt, round: 8n }, all, shown, REGTEST).kind).toBe('mismatch');
    }
  });

  it("proves nothing by another node's, a stranger's or a later round's appointment", async () => {
    const [of, neighbour] = [await bed(), await bed()];
    const pack = of.packageOf(2, null);
    const stranger = generateKeyPairSync('ed25519').privateKey;
    for (const [appointment, says] of [
      [neighbour.handedOut(7n), 'another node or task'],
      [{ ...of.handedOut(7n), ...of.appoint(7n, stranger) }, 'not appointed by the node key'],
      [of.handedOut(8n), 'not appointed before round 8'],
      [{ ...of.handedOut(7n), taskId: new Uint8Array(32) }, 'another node or task'],
    ] as const) {
      const judged = judgeReceipt(of.receiptOf(of.shares[2]!.hash), told(pack, appointment), null, REGTEST);
      expect(judged).toMatchObject({ kind: 'unproven', says: expect.stringContaining(says) });
    }
  });
});

describe('what is held with a receipt', () => {
  function judged({ held, submission }: { held: string; submission: string }): string {
    const { receipt, appointment, proof } = decodeKeptReceipt(fromHex(held));
    const submitted = decodeSubmission(submission);
    if (submitted.round !== receipt.round) return 'mismatch';
    const root = submitted.kind === 'idle' ? 'idle' : submitted.root;
    return judgeReceipt(receipt, { root, package: null, appointment }, proof, REGTEST).kind;
  }

  it.each(RECEIPTS.held)('shows, as published: $name', (vector) => {
    expect(judged(vector)).toBe(vector.kept ? 'kept' : 'omitted');
  });

  it.each(RECEIPTS.refusedHeld)('shows nothing: $name', (vector) => {
    let kind = 'refused';
    try {
      kind = judged(vector);
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
    }
    expect(['refused', 'unproven', 'mismatch']).toContain(kind);
  });
});
