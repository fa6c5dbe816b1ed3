import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { findBitcoind, RegtestBitcoind, RegtestBitcoindError } from '../../../src/localnet/index.js';
import { bitcoindProgram, startBitcoind, temporaryFolder } from '../../bitcoind.js';

describe('a regtest bitcoind', () => {
  it('mines, and keeps chain and ports across a restart', async () => {
    const node = await startBitcoind();
    const hashes = await node.generate(101);
    const url = node.rpcUrl;
    await node.restart();
    expect(node.rpcUrl).toBe(url);
    expect(await node.rpc('getbestblockhash')).toBe(hashes[100]);
    expect(await node.rpc('getblockcount')).toBe(101);
  });

  it('comes back after kill -9', async () => {
    const node = await startBitcoind();
    await node.kill();
    await expect(node.rpc('getblockcount')).rejects.toThrow();
    await node.restart();
    expect(await node.rpc('getblockcount')).toBe(0);
  });

  it('hangs while paused and answers when resumed', async () => {
    const node = await startBitcoind();
    node.pause();
    let answered = false;
    const pending = node.rpc<number>('getblockcount').then((height) => {
      answered = true;
      return height;
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(answered).toBe(false);
    node.resume();
    expect(await pending).toBe(0);
  });

  it('shares a chain with another', async () => {
    const first = await startBitcoind({ listen: true });
    const second = await startBitcoind();
    const hashes = await first.generate(3);
    await second.connectTo(first);
    expect(await second.rpc('getbestblockhash')).toBe(hashes[2]);
  });

  it('reports in its own words why it did not start', async () => {
    const datadir = await temporaryFolder();
    const starting = RegtestBitcoind.start(await bitcoindProgram(), {
      datadir,
      extraArgs: ['-nosuchoption'],
    });
    await expect(starting).rejects.toThrow(RegtestBitcoindError);
    await expect(starting).rejects.toThrow(/nosuchoption/);
  });
});

describe('finding a bitcoind', () => {
  it('says so, and what to do, when BITCOIND names something that does not run', async () => {
    const folder = await temporaryFolder();
    const file = join(folder, 'not-a-program');
    await writeFile(file, 'text');
    const finding = findBitcoind({ env: { BITCOIND: file }, cacheDir: folder, log: () => {} });
    await expect(finding).rejects.toMatchObject({
      code: 'BITCOIND_NOT_RUNNABLE',
      message: expect.stringContaining('BITCOIND='),
    });
  });
});
