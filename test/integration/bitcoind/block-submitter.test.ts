import { describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { BlockJournal, type BlockState } from '../../../src/bitcoind/index.js';
import { sha256d, toDisplayHex, toHex } from '../../../src/lib/index.js';
import type { RegtestBitcoind } from '../../../src/localnet/index.js';
import { startBitcoind, temporaryFolder } from '../../bitcoind.js';
import { silentLogger } from '../../surroundings.js';
import { anyonesCoin, spend } from './anyones-coin.js';
import { findBlock, PAID_SCRIPT } from './found-block.js';
import { PoolSide, until } from './pool-side.js';

const bestBlock = (node: RegtestBitcoind): Promise<string> => node.rpc('getbestblockhash');

async function poolOn(
  folder: string,
  nodes: readonly RegtestBitcoind[],
  confirmations = 100,
): Promise<PoolSide> {
  const side = await PoolSide.start(folder, nodes, { confirmations });
  await until('a template', () => side.templates.length > 0);
  return side;
}

const states = (of: PoolSide): BlockState[] => of.blocks.map(({ state }) => state);
const reached = (of: PoolSide, state: BlockState) =>
  until(state, () => of.blocks.some((block) => block.state === state));

describe('a found block', () => {
  it('with the transactions of its template reaches the chain and is followed until it is confirmed', async () => {
    const node = await startBitcoind();
    const paid = await spend(node, await anyonesCoin(node), 10_000n);
    const pool = await poolOn(await temporaryFolder(), [node], 3);
    const fed = pool.templates[0]!;
    expect(fed.template.transactionCount).toBe(1);
    const hash = toDisplayHex(pool.submitter.accept(findBlock(fed)));
    await reached(pool, 'in-chain');

    const block = await node.rpc<{ tx: { txid: string; vout: { scriptPubKey: { hex: string } }[] }[] }>(
      'getblock',
      [hash, 2],
    );
    expect(await bestBlock(node)).toBe(hash);
    expect(block.tx[0]!.vout[0]!.scriptPubKey.hex).toBe(toHex(PAID_SCRIPT));
    expect(block.tx[1]!.txid).toBe(paid);
    expect(pool.blocks.at(-1)!.verdicts).toEqual(new Map([[node.rpcUrl, 'accepted']]));

    // Its template is released while the block is open, and goes when the block is confirmed.
    await pool.store.release(fed.template.id);
    expect(await pool.store.ids()).toContain(fed.template.id);
    await node.generate(1);
    await until('two confirmations', () => pool.blocks.at(-1)!.confirmations === 2);
    await node.generate(1);
    await reached(pool, 'confirmed');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await pool.store.ids()).not.toContain(fed.template.id);
    expect([...new Set(states(pool))]).toEqual(['found', 'accepted', 'in-chain', 'confirmed']);
    expect(pool.submitter.recent(9)).toMatchObject([
      { state: 'confirmed', confirmations: 3, final: true, reason: null },
    ]);
  });

  it('is given to every node at once', async () => {
    const nodes = [await startBitcoind(), await startBitcoind()];
    const pool = await poolOn(await temporaryFolder(), nodes);
    const hash = toDisplayHex(pool.submitter.accept(findBlock(pool.templates[0]!)));
    await until('both answered', () => pool.blocks.at(-1)?.verdicts.size === 2);
    expect(await Promise.all(nodes.map(bestBlock))).toEqual([hash, hash]);
  });

  it('is one block, however often it comes', async () => {
    const node = await startBitcoind();
    const pool = await poolOn(await temporaryFolder(), [node]);
    const candidate = findBlock(pool.templates[0]!);
    pool.submitter.accept(candidate);
    pool.submitter.accept(candidate);
    await reached(pool, 'in-chain');
    pool.submitter.accept(candidate);
    expect(states(pool).filter((state) => state === 'found')).toHaveLength(1);
    expect(pool.submitter.recent(9)).toHaveLength(1);
  });

  it('journalled by a process that died before it submitted is submitted by the next', async () => {
    const node = await startBitcoind();
    const folder = await temporaryFolder();
    const dying = await poolOn(folder, [node]);
    const candidate = findBlock(dying.templates[0]!);
    await dying.stop();
    // What `accept` leaves behind when the process is killed before any node has answered.
    const journal = BlockJournal.open(`${folder}/blocks.sqlite`, silentLogger);
    const hash = sha256d(candidate.header);
    const fate = { state: 'found', confirmations: 0, reason: null, final: false } as const;
    await journal.put({ ...candidate, hash, foundAtMs: 1, ...fate, verdicts: new Map() }, 1);
    await journal.close();

    const side = await PoolSide.start(folder, [node]);
    await reached(side, 'in-chain');
    expect(await bestBlock(node)).toBe(toDisplayHex(hash));
  });

  it('is submitted though its journal is gone, and the log says so', async () => {
    const node = await startBitcoind();
    const pool = await poolOn(await temporaryFolder(), [node]);
    await pool.journal.close();
    const candidate = findBlock(pool.templates[0]!);
    pool.submitter.accept(candidate);
    await reached(pool, 'in-chain');
    expect(pool.log.texts).toContainEqual(expect.stringContaining('the block journal cannot be written'));
    expect(await bestBlock(node)).toBe(toDisplayHex(sha256d(candidate.header)));
  });

  it('found on a full disk is journalled, with all that is known of it, when the disk has space again', async () => {
    const node = await startBitcoind();
    const folder = await temporaryFolder();
    const pool = await poolOn(folder, [node]);
    // Any statement that writes ends as on a full disk, but for its code.
    const lever = new Database(`${folder}/blocks.sqlite`);
    lever.exec("create trigger full before insert on blocks begin select raise(abort, 'disk is full'); end");
    const hash = sha256d(findBlock(pool.templates[0]!).header);
    pool.submitter.accept(findBlock(pool.templates[0]!));
    await reached(pool, 'in-chain');
    const journalled = () => lever.prepare('select hash, state, confirmations from blocks').all();
    expect(journalled()).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(pool.log.texts.filter((text) => text.startsWith('error'))).toEqual([
      'error the block journal cannot be written, and is tried again: is the disk of the data directory full or ' +
        'failing? {"error":"disk is full"}',
    ]);
    lever.exec('drop trigger full');
    await until('journalled', () => (journalled()[0] as { state: string } | undefined)?.state === 'in-chain');
    expect(journalled()).toEqual([{ hash: Buffer.from(hash), state: 'in-chain', confirmations: 1 }]);
    expect(lever.prepare('select node, answer from verdicts').all()).toEqual([
      { node: node.rpcUrl, answer: 'accepted' },
    ]);
    lever.close();
  });

  it('whose transactions are gone says so', async () => {
    const node = await startBitcoind();
    const pool = await poolOn(await temporaryFolder(), [node]);
    pool.submitter.accept({ ...findBlock(pool.templates[0]!), templateId: '0123456789abcdef' });
    await until('a reason', () => pool.blocks.at(-1)?.reason !== null);
    expect(pool.blocks.at(-1)).toMatchObject({
      state: 'found',
      reason: expect.stringContaining('template 0123456789abcdef is not in'),
    });
  });

  it('found while the only node is frozen reaches it after a restart of the pool', async () => {
    const node = await startBitcoind();
    const folder = await temporaryFolder();
    const first = await poolOn(folder, [node]);
    node.pause();
    const hash = toDisplayHex(first.submitter.accept(findBlock(first.templates[0]!)));
    await until('a submission without an answer', () => first.blocks.at(-1)!.reason !== null);
    expect(first.blocks.at(-1)).toMatchObject({
      state: 'found',
      reason: expect.stringContaining('did not answer'),
    });
    await first.stop();
    node.resume();

    const side = await PoolSide.start(folder, [node]);
    await reached(side, 'in-chain');
    expect(await bestBlock(node)).toBe(hash);
  });

  it('on its way to a node that hangs holds up no stop, and the next start brings it and all others', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error): number => warnings.push(warning);
    process.on('warning', onWarning);
    const node = await startBitcoind();
    const folder = await temporaryFolder();
    const first = await PoolSide.start(folder, [node], {
      submitTimeoutMs: 30_000,
      nodes: { rpcTimeoutMs: 20_000 },
    });
    await until('a template', () => first.templates.length > 0);
    node.pause();
    // More than the ten listeners that Node.js warns of on one emitter.
    for (let i = 0; i < 13; i++)
      first.submitter.accept(findBlock(first.templates[0]!, { mark: `found ${i}` }));
    await new Promise((resolve) => setTimeout(resolve, 500));
    const stoppingMs = Date.now();
    await first.stop();
    expect(Date.now() - stoppingMs).toBeLessThan(3_000);
    await node.kill();
    await node.restart();
    expect(await node.rpc('getblockcount')).toBe(0);

    const side = await PoolSide.start(folder, [node]);
    await reached(side, 'in-chain');
    await until('every block answered', () =>
      side.submitter.recent(20).every(({ verdicts }) => verdicts.size > 0),
    );
    expect(side.submitter.recent(20)).toHaveLength(13);
    process.off('warning', onWarning);
    expect(warnings).toEqual([]);
  });

  it('found while the only node is dead reaches it when it is back', async () => {
    const node = await startBitcoind();
    const pool = await poolOn(await temporaryFolder(), [node]);
    await node.kill();
    const hash = toDisplayHex(pool.submitter.accept(findBlock(pool.templates[0]!)));
    await until('a refused connection', () => pool.blocks.at(-1)!.reason !== null);
    await node.restart();
    await reached(pool, 'in-chain');
    expect(await bestBlock(node)).toBe(hash);
  });

  it('that is only passed on reaches it too, and counts as none', async () => {
    const node = await startBitcoind();
    const pool = await poolOn(await temporaryFolder(), [node]);
    await node.kill();
    const block = findBlock(pool.templates[0]!);
    pool.submitter.passOn(block);
    pool.submitter.passOn(block);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await node.restart();
    const hash = toDisplayHex(sha256d(block.header));
    for (let tries = 0; tries < 300 && (await bestBlock(node)) !== hash; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(await bestBlock(node)).toBe(hash);
    expect(pool.submitter.recent(9)).toEqual([]);
  });

  it('that its node took and lost in a crash is given to it again', async () => {
    const node = await startBitcoind();
    const pool = await poolOn(await temporaryFolder(), [node]);
    const hash = toDisplayHex(pool.submitter.accept(findBlock(pool.templates[0]!)));
    await reached(pool, 'in-chain');
    // bitcoind had not flushed the block when it died: it comes back at height 0.
    await node.kill();
    await node.restart();
    const deadlineMs = Date.now() + 10_000;
    while ((await bestBlock(node)) !== hash && Date.now() < deadlineMs)
      await new Promise((r) => setTimeout(r, 50));
    expect(await bestBlock(node)).toBe(hash);
  });

  it('beaten to its height is orphaned, and comes back when the chain turns to it', async () => {
    const node = await startBitcoind();
    const pool = await poolOn(await temporaryFolder(), [node]);
    const candidate = findBlock(pool.templates[0]!);
    const [winner] = await node.generate(1);
    const hash = toDisplayHex(pool.submitter.accept(candidate));
    await reached(pool, 'orphaned');
    expect(pool.blocks.at(-1)).toMatchObject({ reason: `height 1 went to block ${winner}`, final: false });
    expect(pool.blocks.at(-1)!.verdicts.get(node.rpcUrl)).toBe('inconclusive');

    await node.rpc('invalidateblock', [winner]);
    await reached(pool, 'in-chain');
    expect(await bestBlock(node)).toBe(hash);
  });

  it('beaten for good is given up when the chain is deep beyond it', async () => {
    const node = await startBitcoind();
    const pool = await poolOn(await temporaryFolder(), [node], 3);
    const candidate = findBlock(pool.templates[0]!);
    await node.generate(4);
    pool.submitter.accept(candidate);
    await until('the end', () => pool.blocks.at(-1)?.final === true);
    expect(pool.blocks.at(-1)!.state).toBe('orphaned');
  });

  it.each([
    ['misses the target', { miss: true }, 'high-hash'],
    ['pays itself too much', { tooMuchSats: 1n }, 'bad-cb-amount'],
  ])('that %s is rejected with the node’s word', async (_what, findings, word) => {
    const node = await startBitcoind();
    const pool = await poolOn(await temporaryFolder(), [node]);
    pool.submitter.accept(findBlock(pool.templates[0]!, findings));
    await reached(pool, 'rejected');
    expect(pool.blocks.at(-1)).toMatchObject({ reason: `${node.rpcUrl} says ${word}`, final: true });
    expect(await node.rpc('getblockcount')).toBe(0);
  });
});
