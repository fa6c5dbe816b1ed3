import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from '@jest/globals';
import { network } from '../../../src/bitcoin/index.js';
import { NodeSet, TemplateFeed, TemplateStore } from '../../../src/bitcoind/index.js';
import { toDisplayHex } from '../../../src/lib/index.js';
import { KeptLog, steady } from '../../surroundings.js';
import { RpcStub, result, rpcError, type StubAnswer } from './rpc-stub.js';

const REGTEST = network('regtest');
const GENESIS = toDisplayHex(REGTEST.genesisHash);

/** The fields that are read of a template on the block whose hash is `byte` 32 times. */
const templateOn = (byte: string, height: number) => ({
  version: 0x2000_0000,
  rules: ['csv', '!segwit', 'taproot'],
  previousblockhash: byte.repeat(32),
  transactions: [],
  coinbasevalue: 5_000_000_000,
  longpollid: `${byte.repeat(32)}1`,
  mintime: 1,
  curtime: 1_700_000_000,
  bits: '207fffff',
  height,
});

const CHAIN: Readonly<Record<string, StubAnswer>> = {
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
};

async function waitFor(what: string, holds: () => boolean): Promise<void> {
  const deadlineMs = Date.now() + 15_000;
  while (!holds()) {
    if (Date.now() > deadlineMs) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

it('does not go back to an old tip when a slow answer arrives after a newer one', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'template-feed-'));
  let held: (() => void) | null = null;
  let longPoll: ((template: object) => void) | null = null;
  let plainCalls = 0;
  let tip = templateOn('aa', 2);
  const stub = await RpcStub.start((call, response, socket) => {
    const known = CHAIN[call.method];
    if (known) {
      known(call, response, socket);
      return;
    }
    if (call.method !== 'getblocktemplate') {
      rpcError(-32601, 'Method not found')(call, response, socket);
      return;
    }
    const [request] = call.params as [{ longpollid?: string }];
    if (request.longpollid !== undefined) {
      longPoll = (template) => result(template)(call, response, socket);
      return;
    }
    const template = tip;
    plainCalls++;
    // The guard's, the feed's first, then the one that is slow.
    if (plainCalls === 3)
      held = () => result({ ...template, curtime: 1_700_000_001 })(call, response, socket);
    else result(template)(call, response, socket);
  });
  const endpoint = { url: stub.url, auth: { user: 'u', password: 'p' }, zmqHashBlock: null };
  const nodes = new NodeSet(
    {
      endpoints: [endpoint],
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
  const store = await TemplateStore.open(folder);
  const feed = new TemplateFeed(
    {
      refreshMs: 600_000,
      feeGainPermille: 5,
      probeMs: 100,
      templateTimeoutMs: 4_000,
      longPollAfterMs: 0,
      emptyFirst: null,
    },
    nodes,
    store,
    new KeptLog(),
    steady,
  );
  const heights: number[] = [];
  feed.on('template', ({ template }) => heights.push(template.height));
  feed.start();
  nodes.start();
  try {
    // The first tip is announced once it is on disk, which on a busy machine may be later than the questions.
    await waitFor('the slow question', () => held !== null && longPoll !== null && heights.length === 1);
    tip = templateOn('bb', 3);
    longPoll!(tip);
    await waitFor('the new tip', () => heights.length === 2);
    held!();
    await waitFor('another question', () => plainCalls > 4);
    expect(heights).toEqual([2, 3]);
  } finally {
    await feed.stop();
    await nodes.stop();
    await stub.stop();
    await rm(folder, { recursive: true });
  }
});
