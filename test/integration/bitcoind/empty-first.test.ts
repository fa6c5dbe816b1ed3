import { describe, expect, it } from '@jest/globals';
import { network } from '../../../src/bitcoin/index.js';
import { fromDisplayHex, toDisplayHex, toHex } from '../../../src/lib/index.js';
import type { RegtestBitcoind } from '../../../src/localnet/index.js';
import type { RawTemplate } from '../../../src/mining/index.js';
import { atTestEnd, startBitcoind, temporaryFolder } from '../../bitcoind.js';
import { anyonesCoin, spend } from './anyones-coin.js';
import { findBlock } from './found-block.js';
import { PoolSide, type PoolSideOptions, until } from './pool-side.js';
import { SlowTemplates } from './slow-templates.js';

/** With a second socket beside the long-poll's: a question that opens one has it vetted first, with a template. */
async function sideBehind(
  proxy: SlowTemplates,
  node: RegtestBitcoind,
  options: PoolSideOptions = {},
): Promise<PoolSide> {
  const feed = { emptyFirst: network('regtest'), probeMs: 600_000 };
  const side = await PoolSide.start(await temporaryFolder(), [proxy], { ...options, feed });
  // Before the pool side stops, which waits for what it asked.
  atTestEnd(async () => proxy.release());
  await until('a template', () => side.templates.length > 0);
  await proxy.quiet();
  // A subscription to bitcoind's notifications takes its time, and what comes before it is not heard.
  const height = side.height!;
  for (let tries = 0; side.height === height && tries < 20; tries++) {
    await node.generate(1);
    await until('the block is heard of', () => side.height !== height, 1_000).catch(() => {});
  }
  await fullWork(side, proxy, side.height!);
  return side;
}

async function fullWork(side: PoolSide, proxy: SlowTemplates, height: number): Promise<void> {
  await until('full work', () => side.height === height && !side.templates.at(-1)!.isEmptyFirst);
  await proxy.quiet();
}

describe('empty work first', () => {
  it('is announced while bitcoind’s template is under way, agrees with it, and gives way to it', async () => {
    const node = await startBitcoind();
    const coin = await anyonesCoin(node);
    const proxy = await SlowTemplates.before(node);
    const side = await sideBehind(proxy, node);
    const before = side.templates.length;
    await spend(node, coin, 10_000n);
    proxy.hold();
    // Paid elsewhere than the spent coin; the transaction stays out of this block.
    const { hash } = await node.rpc<{ hash: string }>('generateblock', [`raw(${toHex(coin.script)})`, []]);
    await until('empty work', () => side.templates.length === before + 1, 2_000);
    const empty = side.templates[before]!;
    expect(empty).toMatchObject({ cause: 'tip', isEmptyFirst: true, transactions: [] });
    expect(toDisplayHex(empty.template.prevHash)).toBe(hash);
    expect(await side.store.ids()).toContain(empty.template.id);

    const raw = await node.rpc<RawTemplate>('getblocktemplate', [{ rules: ['segwit'] }]);
    expect(empty.template).toMatchObject({
      height: raw.height,
      bits: Number.parseInt(raw.bits, 16),
      version: raw.version,
      minTime: raw.mintime,
      prevHash: fromDisplayHex(raw.previousblockhash),
      branch: [],
      witnessCommitment: null,
      coinbaseValueSats: BigInt(raw.coinbasevalue) - 10_000n,
    });

    proxy.release();
    await until('full work', () => side.templates.length === before + 2);
    expect(side.templates[before + 1]).toMatchObject({
      cause: 'full',
      isEmptyFirst: false,
      template: { height: raw.height, transactionCount: 1, feesSats: 10_000n },
    });
    expect(side.said.slice(before)).toEqual(['template 104 tip', 'template 104 full']);
  });

  // Regtest's subsidy halves every 150 blocks.
  it.each([
    [149, 50],
    [150, 25],
  ])('makes a block of height %d, worth %d BTC, that bitcoind accepts', async (height, coins) => {
    const node = await startBitcoind();
    const proxy = await SlowTemplates.before(node);
    const side = await sideBehind(proxy, node);
    await node.generate(height - 1 - side.height!);
    await fullWork(side, proxy, height - 1);
    proxy.hold();
    await node.generate(1);
    await until('empty work', () => side.height === height, 2_000);
    const fed = side.templates.at(-1)!;
    expect(fed.isEmptyFirst).toBe(true);
    const hash = toDisplayHex(side.submitter.accept(findBlock(fed)));
    await until('a verdict', () => side.blocks.at(-1)?.verdicts.size === 1);
    expect(await node.rpc('getbestblockhash')).toBe(hash);
    const block = await node.rpc<{ height: number; tx: { vout: { value: number }[] }[] }>('getblock', [
      hash,
      2,
    ]);
    expect([block.height, block.tx.length, block.tx[0]!.vout[0]!.value]).toEqual([height, 1, coins]);
  });

  it('asks for the template as soon as the header is there, and once more only for another signal', async () => {
    const node = await startBitcoind();
    const proxy = await SlowTemplates.before(node);
    const side = await sideBehind(proxy, node, { pollMs: 600_000, longPoll: false });
    proxy.asked.length = 0;
    const height = side.height!;
    await node.generate(1);
    await fullWork(side, proxy, height + 1);
    expect(proxy.asked.filter((name) => name.startsWith('getblock'))).toEqual([
      'getblockheader',
      'getblocktemplate',
      'getblockcount',
    ]);
  });

  it('is left out where the next difficulty is not known, and work comes as ever', async () => {
    const node = await startBitcoind();
    const side = await PoolSide.start(await temporaryFolder(), [node], {
      feed: { emptyFirst: network('testnet4') },
    });
    await until('the first template', () => side.height === 1);
    await node.generate(1);
    await until('the next template', () => side.height === 2);
    expect(side.templates.some(({ isEmptyFirst }) => isEmptyFirst)).toBe(false);
    expect(side.said).toEqual(['template 1 tip', 'template 2 tip']);
  });

  it('is not made of a shorter chain’s tip', async () => {
    const node = await startBitcoind();
    const proxy = await SlowTemplates.before(node);
    const side = await sideBehind(proxy, node);
    const height = side.height!;
    const [, , third] = await node.generate(3);
    await fullWork(side, proxy, height + 3);
    const before = side.templates.length;
    await node.rpc('invalidateblock', [third]);
    await fullWork(side, proxy, height + 2);
    expect(side.templates.slice(before).map(({ isEmptyFirst }) => isEmptyFirst)).toEqual([false]);
  });
});
