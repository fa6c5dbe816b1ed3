import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { BlockTally } from '../../../src/claims/index.js';
import { temporaryFolder } from '../../bitcoind.js';

describe('the blocks of audited nodes', () => {
  it('add up over rounds, each as it was audited last, and without the round that is audited', async () => {
    const folder = join(await temporaryFolder(), 'blocks');
    const tally = new BlockTally(folder);
    expect(await tally.besides(3n, 'node')).toEqual({ expected: 0, found: 0 });
    await tally.put(1n, 'node', { expected: 0.5, found: 1 });
    await tally.put(2n, 'node', { expected: 4, found: 2 });
    await tally.put(2n, 'other', { expected: 100, found: 0 });
    expect(await tally.besides(3n, 'node')).toEqual({ expected: 4.5, found: 3 });
    await tally.put(2n, 'node', { expected: 8, found: 5 });
    expect(await new BlockTally(folder).besides(3n, 'node')).toEqual({ expected: 8.5, found: 6 });
    expect(await tally.besides(2n, 'node')).toEqual({ expected: 0.5, found: 1 });
    // A claim that is refused in the end counts for nothing.
    await tally.put(2n, 'node', null);
    expect(await tally.besides(3n, 'node')).toEqual({ expected: 0.5, found: 1 });
  });

  it('stay in the sum when their rounds are long past, in a file that does not grow', async () => {
    const folder = await temporaryFolder();
    const tally = new BlockTally(folder);
    for (let round = 0n; round < 300n; round++) await tally.put(round, 'node', { expected: 1, found: 2 });
    const bytes = (await readFile(join(folder, 'node.json'))).length;
    expect(await tally.besides(300n, 'node')).toEqual({ expected: 300, found: 600 });
    for (let round = 300n; round < 340n; round++) await tally.put(round, 'node', { expected: 1, found: 2 });
    expect((await readFile(join(folder, 'node.json'))).length).toBeLessThan(bytes + 100);
    // Round 3 is in the sum already: counted twice it would be wrong.
    await tally.put(3n, 'node', { expected: 50, found: 0 });
    expect(await tally.besides(340n, 'node')).toEqual({ expected: 340, found: 680 });
  });

  it('are nothing when the file cannot be read', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'node.json'), '{"before":');
    expect(await new BlockTally(folder).besides(1n, 'node')).toEqual({ expected: 0, found: 0 });
  });
});
