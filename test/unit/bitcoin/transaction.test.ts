import { describe, expect, it } from '@jest/globals';
import {
  decodeTransaction,
  encodeTransaction,
  encodeTransactionStripped,
  txid,
} from '../../../src/bitcoin/index.js';
import { concatBytes, fromHex, toDisplayHex, toHex } from '../../../src/lib/index.js';
import { readVectors } from '../../read-vectors.js';

const { template } = readVectors<{
  readonly template: { readonly transactions: readonly { readonly data: string; readonly txid: string }[] };
}>('template');

// The coinbase of the genesis block, without witness.
const GENESIS_COINBASE =
  '01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff4d04ffff001d0104455468652054696d65732030332f4a616e2f32303039204368616e63656c6c6f72206f6e206272696e6b206f66207365636f6e64206261696c6f757420666f722062616e6b73ffffffff0100f2052a01000000434104678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb649f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5fac00000000';

describe('transactions', () => {
  it('of the genesis block read, write and hash to its Merkle root', () => {
    const transaction = decodeTransaction(fromHex(GENESIS_COINBASE));
    expect(transaction.outputs.map(({ valueSats }) => valueSats)).toEqual([5_000_000_000n]);
    expect(toHex(encodeTransaction(transaction))).toBe(GENESIS_COINBASE);
    expect(toDisplayHex(txid(transaction))).toBe(
      '4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b',
    );
  });

  it.each(template.transactions)('with witness: $txid as bitcoind names it', ({ data, txid: id }) => {
    const transaction = decodeTransaction(fromHex(data));
    expect(transaction.inputs[0]!.witness.map(toHex)).toEqual(['51']);
    expect(toHex(encodeTransaction(transaction))).toBe(data);
    expect(toDisplayHex(txid(transaction))).toBe(id);
    const stripped = decodeTransaction(encodeTransactionStripped(transaction));
    expect(stripped.inputs[0]!.witness).toEqual([]);
    expect(toDisplayHex(txid(stripped))).toBe(id);
  });

  it('are refused with bytes left over, cut anywhere, or with a witness announced that is none', () => {
    const data = fromHex(template.transactions[0]!.data);
    expect(() => decodeTransaction(concatBytes(data, Uint8Array.of(0)))).toThrow(
      expect.objectContaining({ code: 'BYTES_TRAILING' }),
    );
    for (let length = 0; length < data.length; length++) {
      expect(() => decodeTransaction(data.subarray(0, length))).toThrow(
        expect.objectContaining({ code: 'BYTES_TRUNCATED' }),
      );
    }
    const badFlag = Uint8Array.from(data);
    badFlag[5] = 2;
    expect(() => decodeTransaction(badFlag)).toThrow(
      expect.objectContaining({ code: 'TRANSACTION_WITNESS_FLAG' }),
    );
    // The witness of the vector is 01 01 51 before the lock time; 00 in its place is an empty one.
    const empty = concatBytes(
      data.subarray(0, data.length - 7),
      Uint8Array.of(0),
      data.subarray(data.length - 4),
    );
    expect(() => decodeTransaction(empty)).toThrow(
      expect.objectContaining({ code: 'TRANSACTION_WITNESS_EMPTY' }),
    );
  });
});
