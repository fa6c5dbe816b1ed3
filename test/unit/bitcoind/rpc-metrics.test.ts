import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BitcoindNode } from '../../../src/bitcoind/index.js';
import { systemTimers } from '../../surroundings.js';
import { httpStatus, RpcStub, result, rpcError } from './rpc-stub.js';

const ANSWER_AFTER_MS = 60;

let stub: RpcStub;
let node: BitcoindNode;
let told: { method: string; outcome: string; durationMs: number }[];

beforeEach(async () => {
  stub = await RpcStub.start((...call) => void setTimeout(() => result('fine')(...call), ANSWER_AFTER_MS));
  told = [];
  node = new BitcoindNode(
    { url: stub.url, auth: { user: 'pool', password: 'secret' }, zmqHashBlock: null },
    1_000,
    systemTimers,
    { rpcAnswered: (method, outcome, durationMs) => told.push({ method, outcome, durationMs }) },
  );
});

afterEach(async () => {
  node.close();
  await stub.stop();
});

describe('the calls to a bitcoind', () => {
  it('are timed from sending to the answer, on either client', async () => {
    await node.rpc.call('getblockcount');
    await node.getBlockTemplate({ timeoutMs: 1_000 });
    await node.submitBlock(new Uint8Array(1), { timeoutMs: 1_000 });
    expect(told.map(({ method, outcome }) => [method, outcome])).toEqual([
      ['getblockcount', 'ok'],
      ['getblocktemplate', 'ok'],
      ['submitblock', 'ok'],
    ]);
    for (const { durationMs } of told) {
      // A timer may be a millisecond early.
      expect(durationMs).toBeGreaterThanOrEqual(ANSWER_AFTER_MS - 1);
      expect(durationMs).toBeLessThan(1_000);
    }
  });

  it('are not timed while they wait for news, which is no latency', async () => {
    await node.getBlockTemplate({ longPollId: 'tip', timeoutMs: 1_000 });
    expect(stub.calls).toHaveLength(1);
    expect(told).toEqual([]);
  });

  it('are told with the error’s code when they fail, and the error is passed on', async () => {
    stub.answer = rpcError(-28, 'Loading block index…');
    await expect(node.rpc.call('getblockcount')).rejects.toMatchObject({ code: 'RPC_WARMING_UP' });
    stub.answer = httpStatus(401);
    await expect(node.getBlockTemplate({ timeoutMs: 1_000 })).rejects.toMatchObject({
      code: 'RPC_UNAUTHORIZED',
    });
    expect(told.map(({ method, outcome }) => [method, outcome])).toEqual([
      ['getblockcount', 'RPC_WARMING_UP'],
      ['getblocktemplate', 'RPC_UNAUTHORIZED'],
    ]);
  });
});
