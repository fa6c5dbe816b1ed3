import { describe, expect, it } from '@jest/globals';
import { network } from '../../../src/bitcoin/index.js';
import { BitcoindNode, type ChainFacts, ChainGuard } from '../../../src/bitcoind/index.js';
import { fromDisplayHex } from '../../../src/lib/index.js';
import type { RegtestBitcoind } from '../../../src/localnet/index.js';
import { atTestEnd, startBitcoind, temporaryFolder } from '../../bitcoind.js';
import { systemTimers } from '../../surroundings.js';
import { PoolSide, until } from './pool-side.js';

const REGTEST = network('regtest');
const guardOf = (chain: ChainFacts) => new ChainGuard(chain, 5_000);

function clientOf({ rpcUrl, cookieFile }: RegtestBitcoind): BitcoindNode {
  const client = new BitcoindNode(
    { url: rpcUrl, auth: { cookieFile }, zmqHashBlock: null },
    5_000,
    systemTimers,
    null,
  );
  atTestEnd(async () => client.close());
  return client;
}

describe('ChainGuard', () => {
  it('passes a node of our network, with and without a checkpoint', async () => {
    const node = await startBitcoind();
    const hashes = await node.generate(3);
    const checkpoint = { height: 2, hash: fromDisplayHex(hashes[1]!) };
    await guardOf(REGTEST).check(clientOf(node));
    await guardOf({ ...REGTEST, checkpoint }).check(clientOf(node));
  });

  it('refuses another chain, another genesis and another block at the checkpoint', async () => {
    const node = await startBitcoind();
    const hashes = await node.generate(3);
    const client = clientOf(node);
    await expect(guardOf(network('mainnet')).check(client)).rejects.toMatchObject({
      code: 'GUARD_WRONG_CHAIN',
    });
    const { genesisHash } = network('signet');
    await expect(guardOf({ ...REGTEST, genesisHash }).check(client)).rejects.toMatchObject({
      code: 'GUARD_WRONG_GENESIS',
    });
    const checkpoint = { height: 3, hash: fromDisplayHex(hashes[1]!) };
    await expect(guardOf({ ...REGTEST, checkpoint }).check(client)).rejects.toMatchObject({
      code: 'GUARD_WRONG_CHECKPOINT',
    });
  });

  it('waits for a node that has not reached the checkpoint', async () => {
    const client = clientOf(await startBitcoind());
    const checkpoint = { height: 1, hash: new Uint8Array(32) };
    await expect(guardOf({ ...REGTEST, checkpoint }).check(client)).rejects.toMatchObject({
      code: 'GUARD_BELOW_CHECKPOINT',
    });
  });

  it('refuses a node that announces blake2b, from height 0 on', async () => {
    const node = await startBitcoind({ extraArgs: ['-testactivationheight=blake2b@200'] });
    const client = clientOf(node);
    await guardOf(REGTEST).checkIdentity(client);
    await guardOf(REGTEST).checkTemplate(client);
    await expect(guardOf(REGTEST).checkDeployments(client)).rejects.toMatchObject({
      code: 'GUARD_FOREIGN_RULES',
      data: { deployment: 'blake2b' },
    });
    await expect(guardOf(REGTEST).check(client)).rejects.toMatchObject({ code: 'GUARD_FOREIGN_RULES' });
  });

  it('refuses a node whose next block needs a rule we lack', async () => {
    const node = await startBitcoind({ extraArgs: ['-testactivationheight=blake2b@5'] });
    const client = clientOf(node);
    await node.generate(3);
    await guardOf(REGTEST).checkTemplate(client);
    await node.generate(1);
    await expect(guardOf(REGTEST).checkTemplate(client)).rejects.toMatchObject({
      code: 'GUARD_TEMPLATE_RULE',
    });
  });
});

describe('NodeSet', () => {
  it('takes no work from a refused node, says why, and uses the next', async () => {
    const wrong = await startBitcoind({ extraArgs: ['-testactivationheight=blake2b@200'] });
    const right = await startBitcoind();
    const side = await PoolSide.start(await temporaryFolder(), [wrong, right]);
    await until('a template', () => side.height === 1);
    expect(side.templates[0]!.node).toBe(right.rpcUrl);
    const [refused, used] = side.nodes.status();
    expect(refused).toMatchObject({
      state: 'refused',
      active: false,
      reason: expect.stringContaining('blake2b'),
    });
    expect(used).toMatchObject({ state: 'usable', active: true, reason: null });
  });

  it('gives no work at all when the only node is refused', async () => {
    const wrong = await startBitcoind({ extraArgs: ['-testactivationheight=blake2b@200'] });
    const side = await PoolSide.start(await temporaryFolder(), [wrong]);
    await until('lost', () => side.said.length > 0);
    await wrong.generate(1);
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(side.said).toEqual(['lost']);
    expect(side.feed.lostWork!.reasons[0]).toContain('another chain');
  });

  it('guards again when another process answers at the same address, before its template is used', async () => {
    const extraArgs: string[] = [];
    const node = await startBitcoind({ extraArgs });
    // Only the probe, every 3 s, talks to the node, so nothing notices the restart between two probes.
    const side = await PoolSide.start(await temporaryFolder(), [node], {
      ...{ pollMs: 600_000, zmq: false, longPoll: false },
      feed: { probeMs: 3_000, refreshMs: 1 },
    });
    await until('a renewed template', () => side.said.length === 2);
    extraArgs.push('-testactivationheight=blake2b@200');
    await node.restart();
    await until('lost', () => side.said.length > 2);
    expect(side.said).toEqual(['template 1 tip', 'template 1 age', 'lost']);
    expect(side.nodes.status()[0]).toMatchObject({
      state: 'refused',
      reason: expect.stringContaining('blake2b'),
    });
  });
});
