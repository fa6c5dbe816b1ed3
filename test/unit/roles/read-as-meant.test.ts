import { describe, expect, it } from '@jest/globals';
import { RpcClient } from '../../../src/bitcoind/index.js';
import { sha256d, toDisplayHex, toHex } from '../../../src/lib/index.js';
import { readAsMeant } from '../../../src/roles/coinbase-gate.js';
import { RpcStub, result } from '../bitcoind/rpc-stub.js';

const RESERVE = Uint8Array.of(0x00, 0x14, ...new Uint8Array(20).fill(0x11));
const COMMITMENT = Uint8Array.of(0x6a, 0x04, 1, 2, 3, 4);
const MEANT = {
  // The stub reads none of it.
  coinbase: new Uint8Array(100).fill(7),
  outputs: [
    { valueSats: 5_000_000_001n, script: RESERVE },
    { valueSats: 0n, script: COMMITMENT },
  ],
};
const TXID = toDisplayHex(sha256d(MEANT.coinbase));

type Output = readonly [coins: number, script: Uint8Array];

/** What comes of it when bitcoind reads these outputs in the coinbase. */
async function readAs(outputs: readonly Output[]): Promise<string> {
  const vout = outputs.map(([value, script]) => ({
    value,
    scriptPubKey: { hex: toHex(script), type: 'any' },
  }));
  const stub = await RpcStub.start(result({ txid: TXID, vin: [{ coinbase: '00' }], vout }));
  const rpc = new RpcClient(
    { url: stub.url, auth: { user: 'u', password: 'p' }, zmqHashBlock: null },
    5_000,
    null,
  );
  try {
    return await readAsMeant(rpc, MEANT);
  } finally {
    rpc.close();
    await stub.stop();
  }
}

const FIRST: Output = [50.00000001, RESERVE];
const SECOND: Output = [0, COMMITMENT];

describe('what bitcoind reads in our coinbase', () => {
  it('is as it was meant when every output has its value and its script', async () => {
    expect(await readAs([FIRST, SECOND])).toBe(TXID);
  });

  it.each<[string, readonly Output[]]>([
    ['a satoshi less', [[50, RESERVE], SECOND]],
    ['another script', [[50.00000001, RESERVE.with(5, 0x12)], SECOND]],
    ['another commitment', [FIRST, [0, COMMITMENT.with(5, 5)]]],
    ['the outputs the other way round', [SECOND, FIRST]],
    ['one output less', [FIRST]],
    ['one output more', [FIRST, SECOND, SECOND]],
  ])('is not with %s, and no work is served then', async (_what, outputs) => {
    await expect(readAs(outputs)).rejects.toMatchObject({ code: 'COINBASE_CHECK_FAILED' });
  });
});
