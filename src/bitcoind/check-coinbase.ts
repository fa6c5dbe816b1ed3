/**
 * Has bitcoind read a coinbase that this pool built, once per start, so that a mistake in our serialisation shows
 * before a block is found and not after.
 */
import { CodedError, errorCode, errorMessage, fromHex, sha256d, toDisplayHex } from '../lib/index.js';
import type { RpcClient } from './rpc-client.js';

export class CoinbaseCheckError extends CodedError<'COINBASE_UNREADABLE' | 'COINBASE_READ_DIFFERENTLY'> {}

export interface DecodedCoinbase {
  /** Display hex. */
  readonly txid: string;
  readonly outputs: readonly {
    readonly valueSats: bigint;
    readonly script: Uint8Array;
    /** bitcoind's name of the script form, e.g. "witness_v1_taproot", "nulldata". */
    readonly type: string;
    readonly address: string | null;
  }[];
}

interface RawDecoded {
  txid: string;
  vin: { coinbase?: string }[];
  vout: { value: number; scriptPubKey: { hex: string; type: string; address?: string } }[];
}

const SATS_PER_COIN = 1e8;

/**
 * `rawHex`: a whole coinbase without witness, extranonce filled in. Returns what bitcoind reads in it, for the
 * caller to compare with what it meant. Throws `CoinbaseCheckError`, or `RpcError` when bitcoind cannot be asked.
 */
export async function checkCoinbase(rpc: RpcClient, rawHex: string): Promise<DecodedCoinbase> {
  let decoded: RawDecoded;
  try {
    decoded = await rpc.call<RawDecoded>('decoderawtransaction', rawHex, false);
  } catch (error) {
    if (errorCode(error) !== 'RPC_UNDECODABLE') throw error;
    throw new CoinbaseCheckError(
      'COINBASE_UNREADABLE',
      `bitcoind cannot decode the coinbase this pool builds (${errorMessage(error)}): do not mine with this version`,
      {},
      error,
    );
  }
  const txid = toDisplayHex(sha256d(fromHex(rawHex)));
  if (decoded.txid !== txid || decoded.vin.length !== 1 || decoded.vin[0]?.coinbase === undefined) {
    throw new CoinbaseCheckError(
      'COINBASE_READ_DIFFERENTLY',
      `bitcoind reads the coinbase this pool builds as ${decoded.txid}, the pool as ${txid}: do not mine with this version`,
      { decoded: decoded.txid, txid },
    );
  }
  return {
    txid,
    outputs: decoded.vout.map(({ value, scriptPubKey }) => ({
      // At most 21e14, so the double nearest to the decimal is within half a satoshi of it.
      valueSats: BigInt(Math.round(value * SATS_PER_COIN)),
      script: fromHex(scriptPubKey.hex),
      type: scriptPubKey.type,
      address: scriptPubKey.address ?? null,
    })),
  };
}
