import { describe, expect, it } from '@jest/globals';
import { checkCoinbase, RpcClient } from '../../../src/bitcoind/index.js';
import { toHex } from '../../../src/lib/index.js';
import { startBitcoind, temporaryFolder } from '../../bitcoind.js';
import { findBlock, PAID_SCRIPT } from './found-block.js';
import { PoolSide, until } from './pool-side.js';

describe('checkCoinbase', () => {
  it('returns what bitcoind reads in a coinbase, and refuses one it cannot read', async () => {
    const node = await startBitcoind();
    const side = await PoolSide.start(await temporaryFolder(), [node]);
    await until('a template', () => side.templates.length > 0);
    const rpc = new RpcClient(
      { url: node.rpcUrl, auth: { cookieFile: node.cookieFile }, zmqHashBlock: null },
      5_000,
      null,
    );
    const coinbase = toHex(findBlock(side.templates[0]!).coinbase);
    const decoded = await checkCoinbase(rpc, coinbase);
    // Regtest pays 50 BTC at height 1.
    expect(decoded.outputs[0]).toMatchObject({
      valueSats: 5_000_000_000n,
      script: PAID_SCRIPT,
      type: 'witness_v0_keyhash',
      address: expect.stringMatching(/^bcrt1q/),
    });
    expect(decoded.outputs[1]).toMatchObject({ valueSats: 0n, type: 'nulldata', address: null });

    await expect(checkCoinbase(rpc, coinbase.slice(0, -2))).rejects.toMatchObject({
      code: 'COINBASE_UNREADABLE',
    });
    const twoInputs = coinbase.replace(/^0200000001(.*?ffffffff.*?ffffffff)/, '0200000002$1$1');
    await expect(checkCoinbase(rpc, twoInputs)).rejects.toMatchObject({ code: 'COINBASE_READ_DIFFERENTLY' });
  });
});
