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
import type { ClaimPackage } from '../../../src/rounds/index.js';
import { newFolder } from '../../integration/shares/shard-test.js';
import { EASIEST_BITS } from '../../integration/shares/share-source.js';
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

/** As it stands on K2. */
function told(pack: ClaimPackage): ToldToJudge {
  return { root: pack.root, package: pack };
}

describe('a receipt held against a package', () => {
  it('proves nothing while nobody says that the package is what was submitted', async () => {
    const { shares, appoint, receiptOf, packageOf } = await bed();
    const pack = packageOf(2, appoint(7n));
    const of = (share: number, root: ToldToJudge['root']) =>
      judgeReceipt(receiptOf(shares[share]!.hash), { root, package: pack }, null, REGTEST);
    for (const share of [0, 2]) {
      expect(of(share, null)).toMatchObject({
        kind: 'unproven',
        says: expect.stringContaining('nobody says'),
      });
      expect(of(share, packageOf(3, null).root).kind).toBe('mismatch');
    }
    expect([of(0, pack.root).kind, of(2, pack.root).kind]).toEqual(['kept', 'omitted']);
    const idle = judgeReceipt(receiptOf(shares[0]!.hash), { root: 'idle', package: null }, null, REGTEST);
    expect(idle).toMatchObject({ kind: 'unproven', says: expect.stringContaining('idle') });
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
    ['nobody appointed its key', 'appoints no receipt key', (_: Awaited<ReturnType<typeof bed>>) => null],
    [
      'its key was appointed later',
      'was not appointed',
      ({ appoint }: Awaited<ReturnType<typeof bed>>) => appoint(8n),
    ],
    [
      'a stranger appointed its key',
      'was not appointed',
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
