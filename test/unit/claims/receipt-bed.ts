/** A node with a receipt key, three shares of round 7, and the claim of however many of them. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { join } from 'node:path';
import { claimRound, ReceiptKey } from '../../../src/claims/index.js';
import { minerId } from '../../../src/mining/index.js';
import {
  appointmentMessage,
  type BuiltClaim,
  type ClaimPackage,
  decodePackage,
  type ReceiptAppointment,
  type SignedAppointment,
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

function rawPublic(key: KeyObject): Uint8Array {
  return new Uint8Array(Buffer.from(key.export({ format: 'jwk' }).x!, 'base64url'));
}

export async function bed() {
  const nodeKeys = generateKeyPairSync('ed25519');
  const binding = { ...bindingOf(7n), nodeKey: rawPublic(nodeKeys.publicKey) };
  const parts = { ...partsOn(0xaa), binding };
  const source = new ShareSource(parts, { job: 1, miner: 1, worker: 1 });
  const shares = [source.next(), source.next(), source.next()];
  const key = await ReceiptKey.open(join(newFolder(), 'receipt-key.pem'));
  const appointKey = (
    receiptKey: Uint8Array,
    fromRound: bigint,
    by: KeyObject = nodeKeys.privateKey,
  ): ReceiptAppointment => {
    const named = { receiptKey, fromRound };
    const message = appointmentMessage(binding.taskId, binding.nodeKey, named);
    return { ...named, signature: new Uint8Array(sign(null, message, by)) };
  };
  const appoint = (fromRound: bigint, by?: KeyObject): ReceiptAppointment =>
    appointKey(key.publicKey, fromRound, by);
  /** As it goes out with receipts. */
  const handedOut = (fromRound: bigint): SignedAppointment => {
    const { taskId, nodeKey } = binding;
    return { ...appoint(fromRound), taskId, nodeKey };
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
  /** The claim of the first `count` shares. */
  const claimOf = (count: number, appointment: ReceiptAppointment | null): BuiltClaim => {
    const signature = new Uint8Array(0);
    const logged = shares
      .slice(0, count)
      .map(({ record, hash }) => ({ record, hash, job: parts, payout: PAYOUT, signature }));
    return claimRound(binding, appointment, () => logged).built!;
  };
  const packageOf = (count: number, appointment: ReceiptAppointment | null): ClaimPackage =>
    decodePackage(claimOf(count, appointment).package, null);
  return { binding, shares, key, appoint, appointKey, handedOut, receiptOf, claimOf, packageOf };
}
