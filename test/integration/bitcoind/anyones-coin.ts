/** Money for tests on a node without a wallet: a matured coinbase paid to P2WSH(OP_TRUE), which any witness spends. */
import { encodeTransaction, opReturn } from '../../../src/bitcoin/index.js';
import { fromDisplayHex, fromHex, toHex, utf8 } from '../../../src/lib/index.js';
import type { RegtestBitcoind } from '../../../src/localnet/index.js';

const OP_TRUE = Uint8Array.of(0x51);
const COIN_SATS = 5_000_000_000n;

export interface Coin {
  readonly txid: Uint8Array;
  readonly address: string;
  readonly script: Uint8Array;
}

/** Leaves the chain at height 101, the coin of height 1 just spendable. */
export async function anyonesCoin(node: RegtestBitcoind): Promise<Coin> {
  const { segwit } = await node.rpc<{ segwit: { address: string; hex: string } }>('decodescript', [
    toHex(OP_TRUE),
  ]);
  const [hash] = await node.generate(1, segwit.address);
  await node.generate(100);
  const { tx } = await node.rpc<{ tx: string[] }>('getblock', [hash]);
  return { txid: fromDisplayHex(tx[0]!), address: segwit.address, script: fromHex(segwit.hex) };
}

/** Spends the coin to itself, leaving `feeSats` to the miner; returns the transaction's id in display hex. */
export function spend(node: RegtestBitcoind, coin: Coin, feeSats: bigint): Promise<string> {
  const transaction = encodeTransaction({
    version: 2,
    inputs: [
      {
        prevHash: coin.txid,
        prevIndex: 0,
        script: new Uint8Array(0),
        sequence: 0xffff_ffff,
        witness: [OP_TRUE],
      },
    ],
    outputs: [
      { valueSats: COIN_SATS - feeSats, script: coin.script },
      { valueSats: 0n, script: opReturn(utf8('so that it is 65 bytes and more')) },
    ],
    lockTime: 0,
  });
  return node.rpc('sendrawtransaction', [toHex(transaction), 0]);
}
