import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { TipHeaders } from '../../../src/bitcoind/index.js';
import { toHex } from '../../../src/lib/index.js';
import { startBitcoind, temporaryFolder } from '../../bitcoind.js';
import { KeptLog } from '../../surroundings.js';
import { PoolSide, until } from './pool-side.js';

describe('the headers of past tips', () => {
  it('are kept from the node whose work it was, over its end and a restart', async () => {
    const node = await startBitcoind();
    await node.generate(2);
    const folder = await temporaryFolder();
    const path = join(folder, 'tip-headers.json');
    const side = await PoolSide.start(folder, [node], { feed: { probeMs: 100 } });
    const log = new KeptLog();
    const tips = await TipHeaders.open(path, side.nodes, log);
    tips.follow(side.feed);
    await mkdir(`${path}.part`);
    const hashes: string[] = [];
    const raws: string[] = [];
    for (let n = 0; n < 3; n++) {
      const [hash] = await node.generate(1);
      hashes.push(hash!);
      raws.push(await node.rpc<string>('getblockheader', [hash, false]));
      await until(`the header of ${hash}`, () => tips.of([hash!]).size === 1);
      if (n > 0) continue;
      await until('the disk refuses it', () => tips.fault !== null);
      expect(tips.fault).toMatch(/EISDIR/);
      await rmdir(`${path}.part`);
    }
    await side.stop();
    await tips.stop();
    const again = await TipHeaders.open(path, side.nodes, log);
    expect([...again.of([...hashes, 'ab'.repeat(32)])]).toEqual(
      hashes.map((hash, n) => [hash, { height: 3 + n, header: expect.anything() }]),
    );
    expect([...again.of(hashes).values()].map(({ header }) => toHex(header))).toEqual(raws);
    expect(tips.fault).toBeNull();
    expect(log.lines.map(({ message }) => message)).toEqual(['a tip’s header cannot be written']);
    log.lines.length = 0;

    await writeFile(path, (await readFile(path, 'utf8')).slice(1));
    expect((await TipHeaders.open(path, side.nodes, log)).of(hashes).size).toBe(0);
    expect(log.lines).toHaveLength(1);
  });
});
