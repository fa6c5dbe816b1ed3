import { mkdir, rm } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { toDisplayHex } from '../../../src/lib/index.js';
import { startBitcoind, temporaryFolder } from '../../bitcoind.js';
import { together } from '../../together.js';
import { anyonesCoin, spend } from './anyones-coin.js';
import { PoolSide, type PoolSideOptions, until } from './pool-side.js';

/** Long enough to play no part. */
const NEVER_MS = 600_000;
const LIMIT_MS = 1_000;

describe('TemplateFeed', () => {
  it.each<[string, PoolSideOptions]>([
    ['ZMQ alone', { longPoll: false, pollMs: NEVER_MS }],
    ['long-poll alone', { zmq: false, pollMs: NEVER_MS }],
    ['polling alone', { zmq: false, longPoll: false, pollMs: 200 }],
    ['all three together', {}],
  ])('brings a new tip within a second by %s, once', async (_by, options) => {
    const node = await startBitcoind();
    const side = await PoolSide.start(await temporaryFolder(), [node], options);
    const { templates, said } = side;
    await until('the first template', () => templates.length === 1);
    // ZMQ and long-poll take a moment to be heard at the other end; bitcoind does not say when.
    await new Promise((resolve) => setTimeout(resolve, 300));
    const minedMs = Date.now();
    const [hash] = await node.generate(1);
    await until('the next template', () => templates.length === 2, LIMIT_MS);
    expect(Date.now() - minedMs).toBeLessThan(LIMIT_MS);
    expect(toDisplayHex(templates[1]!.template.prevHash)).toBe(hash);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(said).toEqual(['template 1 tip', 'template 2 tip']);
  });

  it('follows a burst of blocks to its end without going back', async () => {
    const node = await startBitcoind();
    const side = await PoolSide.start(await temporaryFolder(), [node]);
    await until('the first template', () => side.height === 1);
    for (let i = 0; i < 20; i++) await node.generate(1);
    await until('the last template', () => side.height === 21);
    const heights = side.templates.map(({ template }) => template.height);
    expect(heights).toEqual([...new Set(heights)].sort((a, b) => a - b));
  });

  it('has the template on disk before it announces it', async () => {
    const node = await startBitcoind();
    const folder = await temporaryFolder();
    const side = await PoolSide.start(folder, [node]);
    const readable: Promise<unknown>[] = [];
    side.feed.on('template', ({ template }) =>
      readable.push(side.store.ids().then((ids) => ids.includes(template.id))),
    );
    await until('the first template', () => side.height === 1);
    expect(await Promise.all(readable)).toEqual([true]);
  });

  it('says lost with reasons when the only node is killed, and resumes by itself', async () => {
    const node = await startBitcoind();
    const side = await PoolSide.start(await temporaryFolder(), [node]);
    const { feed, nodes } = side;
    await until('the first template', () => side.height === 1);
    await node.kill();
    await until('lost', () => feed.lostWork !== null, 3_000);
    expect(feed.current).toBeNull();
    const named = new RegExp(`^${node.rpcUrl}: .*is bitcoind running`);
    expect(feed.lostWork).toEqual({ cause: 'bitcoind', reasons: [expect.stringMatching(named)] });
    expect(nodes.status()[0]).toMatchObject({ node: node.rpcUrl, state: 'unreachable', active: false });
    await node.restart();
    await until('restored', () => feed.current !== null, 5_000);
    await node.generate(1);
    await until('the tip after', () => side.height === 2, LIMIT_MS);
    expect(side.said).toEqual(['template 1 tip', 'lost', 'restored', 'template 1 tip', 'template 2 tip']);
  });

  it('gives no work that is not on disk', async () => {
    const node = await startBitcoind();
    const folder = await temporaryFolder();
    const side = await PoolSide.start(folder, [node]);
    await until('the first template', () => side.height === 1);
    await rm(`${folder}/templates`, { recursive: true });
    await node.generate(1);
    await until('lost', () => side.feed.lostWork !== null, LIMIT_MS);
    expect(side.feed.lostWork!.reasons[0]).toContain('cannot be written to disk (ENOENT)');
    await mkdir(`${folder}/templates`);
    await until('restored', () => side.height === 2);
    expect(side.said).toEqual(['template 1 tip', 'lost', 'restored', 'template 2 tip']);
  });

  it('stops at once while its node hangs', async () => {
    const node = await startBitcoind();
    const side = await PoolSide.start(await temporaryFolder(), [node], {
      nodes: { rpcTimeoutMs: 20_000 },
      feed: { probeMs: 100, templateTimeoutMs: 30_000 },
    });
    await until('the first template', () => side.height === 1);
    node.pause();
    await new Promise((resolve) => setTimeout(resolve, 500));
    const stoppingMs = Date.now();
    await side.stop();
    expect(Date.now() - stoppingMs).toBeLessThan(5_000);
    node.resume();
  });

  it('says lost with every reason when no node answers from the start', async () => {
    const node = await startBitcoind();
    await node.stop();
    const side = await PoolSide.start(await temporaryFolder(), [node]);
    await until('lost', () => side.said.length === 1);
    expect(side.said).toEqual(['lost']);
    expect(side.feed.lostWork!.reasons[0]).toContain(node.cookieFile);
  });

  together({
    'renews a template by time, when it is due and not with the next probe': async () => {
      const node = await startBitcoind();
      const side = await PoolSide.start(await temporaryFolder(), [node], {
        feed: { refreshMs: 1_500, probeMs: 600_000 },
      });
      await until('templates renewed', () => side.said.length >= 3);
      expect(side.said.slice(0, 3)).toEqual(['template 1 tip', 'template 1 age', 'template 1 age']);
      const [first, second] = side.templates;
      expect(second!.takenMs - first!.takenMs).toBeGreaterThanOrEqual(1_500);
    },
    'takes a template that pays more before its time has come': async () => {
      const node = await startBitcoind();
      const coin = await anyonesCoin(node);
      const side = await PoolSide.start(await temporaryFolder(), [node], { feed: { probeMs: 200 } });
      const { templates } = side;
      await until('the first template', () => templates.length === 1);
      // Half of 50 BTC, far more than 5 thousandths of what the block at height 102 pays.
      await spend(node, coin, 2_500_000_000n);
      // bitcoind makes a template at most every 5 s while only its mempool changes.
      await until('the better template', () => templates.length === 2);
      expect(templates[1]).toMatchObject({
        cause: 'fees',
        template: { feesSats: 2_500_000_000n, transactionCount: 1 },
      });
    },
    'says lost when the node freezes, and resumes when it thaws': async () => {
      const node = await startBitcoind();
      const side = await PoolSide.start(await temporaryFolder(), [node]);
      await until('the first template', () => side.height === 1);
      node.pause();
      await until('lost', () => side.feed.lostWork !== null, 8_000);
      node.resume();
      await until('restored', () => side.feed.current !== null, 8_000);
      expect(side.said.slice(0, 3)).toEqual(['template 1 tip', 'lost', 'restored']);
    },
  });
});

describe('two nodes', () => {
  together({
    'fail over at once and fail back after a while, without a break in the work': async () => {
      const first = await startBitcoind({ listen: true });
      const second = await startBitcoind();
      await second.connectTo(first);
      const [peer] = await second.rpc<{ addr: string }[]>('getpeerinfo');
      const side = await PoolSide.start(await temporaryFolder(), [first, second]);
      const { nodes } = side;
      await until('the first template', () => side.height === 1);
      await first.generate(1);
      await until('both at height 1', () => nodes.status().every(({ height }) => height === 1));
      expect(nodes.active!.name).toBe(first.rpcUrl);

      await first.kill();
      await until('the second is active', () => nodes.active?.name === second.rpcUrl, 3_000);
      await second.generate(1);
      await until('a template of the second', () => side.height === 3, LIMIT_MS);
      expect(side.templates.at(-1)!.node).toBe(second.rpcUrl);

      const backMs = Date.now();
      await first.restart();
      // bitcoind itself tries a lost peer again only after a minute.
      await second.rpc('addnode', [peer!.addr, 'onetry']);
      await until('the first is active again', () => nodes.active?.name === first.rpcUrl);
      expect(Date.now() - backMs).toBeGreaterThanOrEqual(1_000);
      await second.generate(1);
      await until('a template of the first', () => side.height === 4);
      expect(side.templates.at(-1)!.node).toBe(first.rpcUrl);
      expect(side.said).not.toContain('lost');
    },
    'leave no question to a node that hangs in the way of the other’s tips': async () => {
      const first = await startBitcoind({ listen: true });
      const second = await startBitcoind();
      await second.connectTo(first);
      const side = await PoolSide.start(await temporaryFolder(), [first, second], {
        nodes: { failBackMs: NEVER_MS },
        feed: { probeMs: 100, templateTimeoutMs: 30_000 },
      });
      const { nodes } = side;
      await until('the first template', () => side.height === 1);
      await until('both usable', () => nodes.status().every(({ state }) => state === 'usable'));
      first.pause();
      await until('the second is active', () => nodes.active?.name === second.rpcUrl);
      await second.generate(1);
      await until('a template of the second', () => side.height === 2, LIMIT_MS);
      expect(side.templates.at(-1)!.node).toBe(second.rpcUrl);
      // What the first had not answered yet it answers now.
      first.resume();
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      expect([side.height, side.templates.at(-1)!.node]).toEqual([2, second.rpcUrl]);
    },
    'are worked for on the tip of the second at once when the first hung before it': async () => {
      const first = await startBitcoind();
      const second = await startBitcoind();
      const side = await PoolSide.start(await temporaryFolder(), [first, second], {
        nodes: { failBackMs: NEVER_MS, maxLagBlocks: 9 },
        feed: { probeMs: 100, templateTimeoutMs: 30_000 },
      });
      const { nodes } = side;
      await until('the first template', () => side.height === 1);
      await until('both usable', () => nodes.status().every(({ state }) => state === 'usable'));
      first.pause();
      await second.generate(1);
      await until('the second is active', () => nodes.active?.name === second.rpcUrl);
      await until('a template of the second', () => side.height === 2, LIMIT_MS);
      first.resume();
    },
  });
});
