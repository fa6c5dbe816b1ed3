import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { network } from '../../../src/bitcoin/index.js';
import { claimRound, isAppointed, isSigned, judgeReceipt, ReceiptKey } from '../../../src/claims/index.js';
import { minerId } from '../../../src/mining/index.js';
import {
  appointmentMessage,
  type ClaimPackage,
  decodePackage,
  type ReceiptAppointment,
  type SignedReceipt,
} from '../../../src/rounds/index.js';
import { newFolder } from '../../integration/shares/shard-test.js';
import {
  bindingOf,
  EASIEST_BITS,
  PAYOUT,
  partsOn,
  ShareSource,
} from '../../integration/shares/share-source.js';

const REGTEST = network('regtest');

function rawPublic(key: KeyObject): Uint8Array {
  return new Uint8Array(Buffer.from(key.export({ format: 'jwk' }).x!, 'base64url'));
}

function bed() {
  const nodeKeys = generateKeyPairSync('ed25519');
  const binding = { ...bindingOf(7n), nodeKey: rawPublic(nodeKeys.publicKey) };
  const parts = { ...partsOn(0xaa), binding };
  const source = new ShareSource(parts, { job: 1, miner: 1, worker: 1 });
  const shares = [source.next(), source.next(), source.next()];
  const key = ReceiptKey.open(join(newFolder(), 'receipt-key.pem'));
  const appoint = (fromRound: bigint, by: KeyObject = nodeKeys.privateKey): ReceiptAppointment => {
    const named = { receiptKey: key.publicKey, fromRound };
    const message = appointmentMessage(binding.taskId, binding.nodeKey, named);
    return { ...named, signature: new Uint8Array(sign(null, message, by)) };
  };
  const receiptOf = (hash: Uint8Array): SignedReceipt =>
    key.sign({
      taskId: binding.taskId,
      nodeKey: binding.nodeKey,
      round: 7n,
      minerId: minerId(PAYOUT),
      bits: EASIEST_BITS,
      shareHash: hash,
    });
  /** The package of a claim with the first `count` shares. */
  const packageOf = (count: number, appointment: ReceiptAppointment | null): ClaimPackage => {
    const signature = new Uint8Array(0);
    const logged = shares
      .slice(0, count)
      .map(({ record, hash }) => ({ record, hash, job: parts, payout: PAYOUT, signature }));
    return decodePackage(claimRound(binding, appointment, () => logged).built!.package, null);
  };
  return { binding, shares, key, appoint, receiptOf, packageOf };
}

describe('the receipt key', () => {
  it('is made once, for its owner alone, and signs alike ever after', () => {
    const path = join(newFolder(), 'receipt-key.pem');
    const first = ReceiptKey.open(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const again = ReceiptKey.open(path);
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
  ])('refuses %s without showing it, and leaves it alone', (_what, content) => {
    const path = join(newFolder(), 'receipt-key.pem');
    const text = String(content());
    writeFileSync(path, text);
    expect(() => ReceiptKey.open(path)).toThrow(/is no Ed25519 key: restore it from a backup/);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('signs what it is given and nothing else', () => {
    const { key, receiptOf, shares } = bed();
    const receipt = receiptOf(shares[0]!.hash);
    expect(isSigned(receipt, key.publicKey)).toBe(true);
    expect(isSigned({ ...receipt, round: 8n }, key.publicKey)).toBe(false);
    expect(isSigned(receipt, ReceiptKey.open(join(newFolder(), 'k')).publicKey)).toBe(false);
  });

  it('is appointed by the node key alone', () => {
    const { binding, appoint } = bed();
    const stranger = generateKeyPairSync('ed25519').privateKey;
    expect(isAppointed(appoint(3n), binding.taskId, binding.nodeKey)).toBe(true);
    expect(isAppointed(appoint(3n, stranger), binding.taskId, binding.nodeKey)).toBe(false);
    expect(isAppointed({ ...appoint(3n), fromRound: 2n }, binding.taskId, binding.nodeKey)).toBe(false);
  });
});

describe('a receipt held against a package', () => {
  it('is kept when the share is in the claim', () => {
    const { shares, appoint, receiptOf, packageOf } = bed();
    expect(judgeReceipt(receiptOf(shares[1]!.hash), packageOf(3, appoint(7n)), null, REGTEST).kind).toBe(
      'kept',
    );
  });

  it('proves an omission when it is signed by an appointed key and the share is missing', () => {
    const { shares, appoint, receiptOf, packageOf } = bed();
    const pack = packageOf(2, appoint(7n));
    expect(judgeReceipt(receiptOf(shares[2]!.hash), pack, null, REGTEST).kind).toBe('omitted');
  });

  it.each([
    ['nobody appointed its key', 'appoints no receipt key', (_: ReturnType<typeof bed>) => null],
    [
      'its key was appointed later',
      'was not appointed',
      ({ appoint }: ReturnType<typeof bed>) => appoint(8n),
    ],
    [
      'a stranger appointed its key',
      'was not appointed',
      ({ appoint }: ReturnType<typeof bed>) => appoint(7n, generateKeyPairSync('ed25519').privateKey),
    ],
  ])('proves nothing when %s', (_when, says, appointmentOf) => {
    const of = bed();
    const pack = of.packageOf(2, appointmentOf(of));
    expect(judgeReceipt(of.receiptOf(of.shares[2]!.hash), pack, null, REGTEST)).toMatchObject({
      kind: 'unproven',
      says: expect.stringContaining(says),
    });
  });

  it('proves nothing when it was forged, and is no match for another round', () => {
    const { shares, appoint, receiptOf, packageOf } = bed();
    const pack = packageOf(2, appoint(7n));
    const receipt = receiptOf(shares[2]!.hash);
    const forged = { ...receipt, bits: EASIEST_BITS - 1 };
    expect(judgeReceipt(forged, pack, null, REGTEST).kind).toBe('unproven');
    expect(judgeReceipt({ ...receipt, round: 8n }, pack, null, REGTEST).kind).toBe('mismatch');
  });
});
