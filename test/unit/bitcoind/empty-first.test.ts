import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { network } from '../../../src/bitcoin/index.js';
import { EmptyFirst } from '../../../src/bitcoind/empty-first.js';
import { NodeSet } from '../../../src/bitcoind/index.js';
import { toDisplayHex } from '../../../src/lib/index.js';
import { type DigestedTemplate, digestTemplate } from '../../../src/mining/index.js';
import { KeptLog, steady } from '../../surroundings.js';
import { RpcStub, result, rpcError, type StubAnswer } from './rpc-stub.js';

const REGTEST = network('regtest');
const GENESIS = toDisplayHex(REGTEST.genesisHash);
const TIP = 'bb'.repeat(32);

const RAW = {
  version: 0x2000_0004,
  rules: ['csv', '!segwit'],
  previousblockhash: 'aa'.repeat(32),
  transactions: [],
  coinbasevalue: 5_000_000_000,
  mintime: 1,
  curtime: 1_700_000_000,
  bits: '207fffff',
  height: 2,
};
const HEADER = { confirmations: 1, height: 2, mediantime: 1_700_000_100, bits: '207fffff' };

let answers: Record<string, StubAnswer>;
let stub: RpcStub;
let nodes: NodeSet;
let answered: number;

async function waitFor(what: string, holds: () => boolean): Promise<void> {
  const deadlineMs = Date.now() + 5_000;
  while (!holds()) {
    if (Date.now() > deadlineMs) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

beforeEach(async () => {
  answered = 0;
  answers = {
    getblockchaininfo: result({
      chain: 'regtest',
      blocks: 1,
      headers: 1,
      bestblockhash: 'aa'.repeat(32),
      initialblockdownload: false,
    }),
    getnetworkinfo: result({ connections: 0 }),
    getblockhash: result(GENESIS),
    getdeploymentinfo: result({ hash: GENESIS, height: 0, deployments: {} }),
    getblocktemplate: result(RAW),
    getblockheader: result(HEADER),
  };
  stub = await RpcStub.start((call, response, socket) =>
    (answers[call.method] ?? rpcError(-32601, 'Method not found'))(call, response, socket),
  );
  nodes = new NodeSet(
    {
      endpoints: [{ url: stub.url, auth: { user: 'u', password: 'p' }, zmqHashBlock: null }],
      chain: REGTEST,
      pollMs: 600_000,
      rpcTimeoutMs: 1_000,
      maxLagBlocks: 2,
      maxBehindMs: 1_000,
      maxRpcAgeMs: 600_000,
      failBackMs: 1_000,
    },
    new KeptLog(),
    steady,
    null,
  );
  nodes.start();
  await waitFor('an active node', () => nodes.active !== null);
});

afterEach(async () => {
  await nodes.stop();
  await stub.stop();
});

function greet(emptyFirst = new EmptyFirst(REGTEST, nodes, new KeptLog(), steady)) {
  const before = digestTemplate(RAW).template;
  return emptyFirst.greet(nodes.active!, TIP, before, new AbortController().signal, () => {
    answered++;
  });
}

describe('empty work on a new tip', () => {
  it('is made of its header, with the version of the last template', async () => {
    const { template, transactions } = (await greet()) as DigestedTemplate;
    expect(template).toMatchObject({
      height: 3,
      version: 0x2000_0004,
      bits: 0x207fffff,
      minTime: 1_700_000_101,
      coinbaseValueSats: 5_000_000_000n,
    });
    expect([toDisplayHex(template.prevHash), transactions, answered]).toEqual([TIP, [], 1]);
  });

  it.each<[string, StubAnswer]>([
    ['is not the tip', result({ ...HEADER, confirmations: -1 })],
    ['has a block on it already', result({ ...HEADER, confirmations: 2 })],
    ['is no higher than the tip that is worked on', result({ ...HEADER, height: 1 })],
    ['it does not know yet', rpcError(-5, 'Block not found')],
    ['has no sense in its header', result({ ...HEADER, bits: 'easy' })],
    ['has bits that no block has', result({ ...HEADER, bits: '20800000' })],
  ])('is none when the block the node %s', async (_what, header) => {
    answers.getblockheader = header;
    expect(await greet()).toBeNull();
    expect(answered).toBe(1);
  });

  it('is none from a socket on which the chain guard refuses the node', async () => {
    await stub.closeSockets();
    answers.getdeploymentinfo = result({ deployments: { blake2b: { type: 'buried', active: false } } });
    expect(await greet()).toBeNull();
    expect(answered).toBe(1);
    // The guard was asked; the header alone would have passed.
    answers.getdeploymentinfo = result({ deployments: {} });
    expect(await greet()).not.toBeNull();
  });

  it('is asked for once at a time', async () => {
    const emptyFirst = new EmptyFirst(REGTEST, nodes, new KeptLog(), steady);
    const [first, second] = await Promise.all([greet(emptyFirst), greet(emptyFirst)]);
    expect([first === null, second, answered]).toEqual([false, null, 1]);
    expect(stub.calls.filter(({ method }) => method === 'getblockheader')).toHaveLength(1);
    expect(await greet(emptyFirst)).not.toBeNull();
  });
});
