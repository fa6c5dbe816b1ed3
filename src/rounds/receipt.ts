/**
 * Receipts as bytes. A node's container makes an Ed25519 key for receipts; the node's own staking key, which only
 * the Koii bundle holds, appoints it for a round and those after; the appointment is in every package's header, and goes
 * out with the receipts, so that their holder needs no package to show whose word they are. Who signs, and who verifies a
 * signature, is not decided here: this is what is signed.
 *
 * Both messages begin with their own name, and no K2 transaction begins so (its first byte counts signatures).
 */
import { ByteReader, ByteWriter, CodedError, concatBytes, equalBytes, utf8 } from '../lib/index.js';

export class ReceiptError extends CodedError<'RECEIPT_NAME' | 'APPOINTMENT_NAME'> {}

const RECEIPT = utf8('orcapool/receipt/1');
const APPOINTMENT = utf8('orcapool/receipt-key/1');
export const SIGNATURE_BYTES = 64;

/** That a share was accepted and is on disk. */
export interface Receipt {
  readonly taskId: Uint8Array;
  readonly nodeKey: Uint8Array;
  readonly round: bigint;
  readonly minerId: Uint8Array;
  readonly bits: number;
  /** The header's, internal order. */
  readonly shareHash: Uint8Array;
}

export interface SignedReceipt extends Receipt {
  /** Ed25519 by the receipt key, over `receiptMessage`. */
  readonly signature: Uint8Array;
}

/** Which key signs a node's receipts from a round on. */
export interface ReceiptAppointment {
  readonly receiptKey: Uint8Array;
  readonly fromRound: bigint;
  /** Ed25519 by the node key, over `appointmentMessage`. */
  readonly signature: Uint8Array;
}

/** "orcapool/receipt/1" ‖ task_id 32 ‖ node_key 32 ‖ round u64 ‖ miner_id 32 ‖ bits u32 ‖ share hash 32: 158 bytes. */
export function receiptMessage(receipt: Receipt): Uint8Array {
  return new ByteWriter(160)
    .bytes(RECEIPT)
    .bytes(receipt.taskId)
    .bytes(receipt.nodeKey)
    .u64(receipt.round)
    .bytes(receipt.minerId)
    .u32(receipt.bits)
    .bytes(receipt.shareHash)
    .finish();
}

/** The message, then the signature: 222 bytes. */
export function encodeReceipt(receipt: SignedReceipt): Uint8Array {
  return concatBytes(receiptMessage(receipt), receipt.signature);
}

/** Throws `ReceiptError` or `ByteReaderError`. Says nothing of the signature's truth. */
export function decodeReceipt(encoded: Uint8Array): SignedReceipt {
  const reader = new ByteReader(encoded);
  const receipt = readReceipt(reader);
  reader.end();
  return receipt;
}

function readReceipt(reader: ByteReader): SignedReceipt {
  if (!equalBytes(reader.bytes(RECEIPT.length), RECEIPT)) {
    throw new ReceiptError('RECEIPT_NAME', 'these bytes are no receipt of this pool');
  }
  return {
    taskId: reader.bytes(32),
    nodeKey: reader.bytes(32),
    round: reader.u64(),
    minerId: reader.bytes(32),
    bits: reader.u32(),
    shareHash: reader.bytes(32),
    signature: reader.bytes(SIGNATURE_BYTES),
  };
}

/** "orcapool/receipt-key/1" ‖ task_id 32 ‖ node_key 32 ‖ receipt_key 32 ‖ from_round u64: 126 bytes. */
export function appointmentMessage(
  taskId: Uint8Array,
  nodeKey: Uint8Array,
  { receiptKey, fromRound }: Pick<ReceiptAppointment, 'receiptKey' | 'fromRound'>,
): Uint8Array {
  return new ByteWriter(128)
    .bytes(APPOINTMENT)
    .bytes(taskId)
    .bytes(nodeKey)
    .bytes(receiptKey)
    .u64(fromRound)
    .finish();
}

/** An appointment with whom and what it is for, as it is handed out beside receipts. */
export interface SignedAppointment extends ReceiptAppointment {
  readonly taskId: Uint8Array;
  readonly nodeKey: Uint8Array;
}

/** The message, then the signature: 190 bytes. */
export function encodeAppointment(appointment: SignedAppointment): Uint8Array {
  const { taskId, nodeKey, signature } = appointment;
  return concatBytes(appointmentMessage(taskId, nodeKey, appointment), signature);
}

/** Throws `ReceiptError` or `ByteReaderError`. Says nothing of the signature's truth. */
export function decodeAppointment(encoded: Uint8Array): SignedAppointment {
  const reader = new ByteReader(encoded);
  const appointment = readAppointment(reader);
  reader.end();
  return appointment;
}

function readAppointment(reader: ByteReader): SignedAppointment {
  if (!equalBytes(reader.bytes(APPOINTMENT.length), APPOINTMENT)) {
    throw new ReceiptError('APPOINTMENT_NAME', 'these bytes appoint no receipt key of this pool');
  }
  return {
    taskId: reader.bytes(32),
    nodeKey: reader.bytes(32),
    receiptKey: reader.bytes(32),
    fromRound: reader.u64(),
    signature: reader.bytes(SIGNATURE_BYTES),
  };
}

/** A receipt, and what goes with it as far as its holder has it. */
export interface KeptReceipt {
  readonly receipt: SignedReceipt;
  readonly appointment: SignedAppointment | null;
  /** Of membership: `verifyMembershipProof`. */
  readonly proof: Uint8Array | null;
}

/** Receipt 222 ‖ appointment 190 ‖ proof of membership: each only behind the one before it. */
export function encodeKeptReceipt({ receipt, appointment, proof }: KeptReceipt): Uint8Array {
  return concatBytes(
    encodeReceipt(receipt),
    appointment === null ? new Uint8Array(0) : encodeAppointment(appointment),
    proof ?? new Uint8Array(0),
  );
}

/** A receipt alone, one with its appointment, or a proof of omission. Throws as `decodeReceipt` and `decodeAppointment`. */
export function decodeKeptReceipt(encoded: Uint8Array): KeptReceipt {
  const reader = new ByteReader(encoded);
  const receipt = readReceipt(reader);
  const appointment = reader.left === 0 ? null : readAppointment(reader);
  const proof = reader.left === 0 ? null : reader.bytes(reader.left);
  return { receipt, appointment, proof };
}
