/**
 * Transactions, with and without witness (BIP144). Decoding is canonical: minimal lengths, no bytes left over, no
 * witness marker without a witness.
 */
import { ByteReader, ByteWriter, CodedError, sha256d } from '../lib/index.js';

export class TransactionError extends CodedError<'TRANSACTION_WITNESS_FLAG' | 'TRANSACTION_WITNESS_EMPTY'> {}

export interface TransactionInput {
  readonly prevHash: Uint8Array;
  readonly prevIndex: number;
  readonly script: Uint8Array;
  readonly sequence: number;
  readonly witness: readonly Uint8Array[];
}

export interface TransactionOutput {
  readonly valueSats: bigint;
  readonly script: Uint8Array;
}

export interface Transaction {
  readonly version: number;
  readonly inputs: readonly TransactionInput[];
  readonly outputs: readonly TransactionOutput[];
  readonly lockTime: number;
}

function hasWitness(transaction: Transaction): boolean {
  return transaction.inputs.some((input) => input.witness.length > 0);
}

function encode(transaction: Transaction, withWitness: boolean): Uint8Array {
  const writer = new ByteWriter().u32(transaction.version);
  if (withWitness) writer.u8(0).u8(1);
  writer.varint(transaction.inputs.length);
  for (const input of transaction.inputs) {
    writer.bytes(input.prevHash).u32(input.prevIndex).varbytes(input.script).u32(input.sequence);
  }
  writer.varint(transaction.outputs.length);
  for (const output of transaction.outputs) writer.u64(output.valueSats).varbytes(output.script);
  if (withWitness) {
    for (const input of transaction.inputs) {
      writer.varint(input.witness.length);
      for (const item of input.witness) writer.varbytes(item);
    }
  }
  return writer.u32(transaction.lockTime).finish();
}

/** With the witness, when there is one: the form blocks carry. */
export function encodeTransaction(transaction: Transaction): Uint8Array {
  return encode(transaction, hasWitness(transaction));
}

/** Without it: the form the transaction id hashes. */
export function encodeTransactionStripped(transaction: Transaction): Uint8Array {
  return encode(transaction, false);
}

/** Reads one transaction at the reader's place. Throws `ByteReaderError` or `TransactionError`. */
export function readTransaction(reader: ByteReader): Transaction {
  const version = reader.u32();
  let inputCount = reader.varint();
  const withWitness = inputCount === 0;
  if (withWitness) {
    const flag = reader.u8();
    if (flag !== 1) throw new TransactionError('TRANSACTION_WITNESS_FLAG', `witness flag ${flag} is not 1`);
    inputCount = reader.varint();
  }
  const inputs: (TransactionInput & { witness: Uint8Array[] })[] = [];
  for (let i = 0; i < inputCount; i++) {
    inputs.push({
      prevHash: reader.bytes(32),
      prevIndex: reader.u32(),
      script: reader.varbytes(),
      sequence: reader.u32(),
      witness: [],
    });
  }
  const outputs: TransactionOutput[] = [];
  for (let left = reader.varint(); left > 0; left--) {
    outputs.push({ valueSats: reader.u64(), script: reader.varbytes() });
  }
  if (withWitness) {
    for (const input of inputs) {
      for (let left = reader.varint(); left > 0; left--) input.witness.push(reader.varbytes());
    }
    if (inputs.every((input) => input.witness.length === 0)) {
      throw new TransactionError('TRANSACTION_WITNESS_EMPTY', 'a witness is announced, but there is none');
    }
  }
  return { version, inputs, outputs, lockTime: reader.u32() };
}

export function decodeTransaction(bytes: Uint8Array): Transaction {
  const reader = new ByteReader(bytes);
  const transaction = readTransaction(reader);
  reader.end();
  return transaction;
}

/** Internal order. */
export function txid(transaction: Transaction): Uint8Array {
  return sha256d(encodeTransactionStripped(transaction));
}
