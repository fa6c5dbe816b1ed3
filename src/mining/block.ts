/** A found block, put together for `submitblock`: header, coinbase with its witness (BIP141), the template's rest. */
import { ByteWriter } from '../lib/index.js';

const VERSION_BYTES = 4;
const LOCK_TIME_BYTES = 4;

/** The coinbase's witness, which the commitment was computed with: one item of 32 zero bytes. */
function withWitness(coinbase: Uint8Array): Uint8Array {
  const end = coinbase.length - LOCK_TIME_BYTES;
  return new ByteWriter(coinbase.length + 36)
    .bytes(coinbase.subarray(0, VERSION_BYTES))
    .u8(0)
    .u8(1)
    .bytes(coinbase.subarray(VERSION_BYTES, end))
    .varint(1)
    .varbytes(new Uint8Array(32))
    .bytes(coinbase.subarray(end))
    .finish();
}

/**
 * `header`: 80 bytes. `coinbase`: without witness. `hasWitnessCommitment`: whether the template had one.
 * `transactions`: the template's, serialised with witness, in its order.
 */
export function assembleBlock(
  header: Uint8Array,
  coinbase: Uint8Array,
  hasWitnessCommitment: boolean,
  transactions: readonly Uint8Array[],
): Uint8Array {
  const writer = new ByteWriter(1 << 20)
    .bytes(header)
    .varint(transactions.length + 1)
    .bytes(hasWitnessCommitment ? withWitness(coinbase) : coinbase);
  for (const transaction of transactions) writer.bytes(transaction);
  return writer.finish();
}
