/** A found block, put together for `submitblock`: header, coinbase with its witness (BIP141), the template's rest. */
import { decodeTransaction } from '../bitcoin/index.js';
import { ByteWriter, toHex } from '../lib/index.js';

const VERSION_BYTES = 4;
const LOCK_TIME_BYTES = 4;
/** BIP141: an output that begins so and has 38 bytes or more. */
const WITNESS_COMMITMENT = '6a24aa21a9ed';
const COMMITMENT_BYTES = 38;

/** `coinbase`: without witness. Throws what `decodeTransaction` throws. */
export function commitsToWitnesses(coinbase: Uint8Array): boolean {
  return decodeTransaction(coinbase).outputs.some(
    ({ script }) =>
      script.length >= COMMITMENT_BYTES &&
      toHex(script.subarray(0, WITNESS_COMMITMENT.length / 2)) === WITNESS_COMMITMENT,
  );
}

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
 * `header`: 80 bytes. `coinbase`: without witness; where it has BIP141's commitment it is given the witness that it was
 * computed with. `transactions`: the template's, serialised with witness, in its order.
 */
export function assembleBlock(
  header: Uint8Array,
  coinbase: Uint8Array,
  transactions: readonly Uint8Array[],
): Uint8Array {
  const writer = new ByteWriter(1 << 20)
    .bytes(header)
    .varint(transactions.length + 1)
    .bytes(commitsToWitnesses(coinbase) ? withWitness(coinbase) : coinbase);
  for (const transaction of transactions) writer.bytes(transaction);
  return writer.finish();
}
