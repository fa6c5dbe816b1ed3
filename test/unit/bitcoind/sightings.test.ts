import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Sightings, SightingsFile } from '../../../src/bitcoind/index.js';
import { fromHex, ManualClock } from '../../../src/lib/index.js';
import type { BlockTemplate } from '../../../src/mining/index.js';
import { temporaryFolder } from '../../bitcoind.js';
import { KeptLog } from '../../surroundings.js';

const START_MS = 1_800_000_000_000;

/** A node that is shown templates while its clock runs. */
class Watcher {
  constructor(
    readonly sightings: { see(...fed: Parameters<Sightings['see']>): unknown },
    readonly clock = new ManualClock(START_MS),
  ) {}

  /** Upon the block named by hex digits, repeated, so many seconds after the last. */
  see(prevHash: string, height: number, fees: bigint | 'empty', afterSeconds = 60): this {
    this.clock.advance(1_000 * afterSeconds);
    const template: BlockTemplate = {
      ...{
        id: '',
        height,
        prevHash: fromHex(prevHash.repeat(64 / prevHash.length)),
        version: 0x20000000,
        bits: 0x207fffff,
      },
      ...{ branch: [], minTime: 0, curTime: 0, coinbaseValueSats: 0n, witnessCommitment: null },
      ...{ transactionCount: 0, feesSats: fees === 'empty' ? 0n : fees },
    };
    this.sightings.see({ template, isEmptyFirst: fees === 'empty', takenMs: this.clock.nowMs() });
    return this;
  }
}

/** Fees by height, and by two hex digits the seconds since the start. */
function told(sightings: Sightings): [fees: object, replaced: object] {
  const replaced = [...sightings.replacedAt()].map(([hash, seconds]) => [
    hash.slice(0, 2),
    seconds - START_MS / 1_000,
  ]);
  return [Object.fromEntries(sightings.bestFeesSats()), Object.fromEntries(replaced)];
}

describe('what a node saw of the chain', () => {
  it('is the most fees of each height that it watched from one block to the next', () => {
    const sightings = new Sightings();
    const watcher = new Watcher(sightings).see('a1', 101, 7n).see('a2', 102, 5n).see('a2', 102, 90n);
    // 101 had begun when this node came, and 102 is not over.
    expect(told(sightings)[0]).toEqual({});
    watcher.see('a2', 102, 40n).see('a3', 103, 1n);
    expect(told(sightings)[0]).toEqual({ 102: 90n });
  });

  it('is when a block came above another, by its own clock', () => {
    const sightings = new Sightings();
    new Watcher(sightings).see('a1', 101, 0n).see('a2', 102, 0n).see('a2', 102, 0n).see('a3', 103, 0n);
    expect(told(sightings)[1]).toEqual({ a1: 120, a2: 240 });
  });

  it('does not take empty work for a level of fees', () => {
    const sightings = new Sightings();
    const watcher = new Watcher(sightings).see('a1', 101, 3n).see('a2', 102, 'empty');
    expect(told(sightings)[0]).toEqual({});
    watcher.see('a2', 102, 8n).see('a3', 103, 'empty').see('a4', 104, 'empty');
    // 103 went by before bitcoind had a template for it.
    expect(told(sightings)).toEqual([{ 102: 8n }, { a1: 120, a2: 240, a3: 300 }]);
  });

  it('has a gap where there was no work, at both ends', () => {
    const sightings = new Sightings();
    const watcher = new Watcher(sightings).see('a1', 101, 3n).see('a2', 102, 4n).see('a3', 103, 5n);
    sightings.lose();
    // 103 grew unseen, and so may 104 have before it came back; a3 was replaced unseen.
    watcher.see('a4', 104, 6n).see('a5', 105, 7n);
    expect(told(sightings)).toEqual([{ 102: 4n }, { a1: 120, a2: 180, a4: 300 }]);
  });

  it('has a gap too where work came back on the block that it had been on', () => {
    const sightings = new Sightings();
    const watcher = new Watcher(sightings).see('a1', 101, 3n).see('a2', 102, 4n);
    sightings.lose();
    watcher.see('a2', 102, 5n).see('a3', 103, 6n).see('a4', 104, 7n);
    expect(told(sightings)).toEqual([{ 103: 6n }, { a1: 120, a2: 240, a3: 300 }]);
  });

  it('replaces neither side of a race until a block comes above both', () => {
    const sightings = new Sightings();
    const watcher = new Watcher(sightings).see('a1', 101, 0n).see('a2', 102, 9n).see('b2', 102, 2n);
    expect(told(sightings)).toEqual([{}, { a1: 120 }]);
    // Work went on upon b2, so of a2 this node never saw when it was outdone.
    watcher.see('a4', 104, 1n);
    expect(told(sightings)[1]).toEqual({ a1: 120, b2: 240 });
    expect(told(sightings)[0]).toEqual({ 102: 9n });
  });

  it('forgets that a block was replaced when it is the tip again', () => {
    const sightings = new Sightings();
    const watcher = new Watcher(sightings).see('a1', 101, 0n).see('a2', 102, 0n).see('a1', 101, 0n);
    expect(told(sightings)[1]).toEqual({});
    watcher.see('b2', 102, 0n);
    expect(told(sightings)[1]).toEqual({ a1: 240 });
  });

  it('reaches back 2,016 heights', () => {
    const sightings = new Sightings();
    const watcher = new Watcher(sightings);
    for (let n = 0; n < 2_100; n++) watcher.see(n.toString(16).padStart(4, '0'), 1_000 + n, 1n, 1);
    // Heights 1,001 to 3,098 are over.
    const heights = [...sightings.bestFeesSats().keys()];
    expect([Math.min(...heights), Math.max(...heights), heights.length]).toEqual([1_083, 3_098, 2_016]);
    expect(sightings.replacedAt().size).toBe(2_016);
    expect(sightings.encode().length).toBeLessThan(250_000);
  });
});

describe('sightings over restarts', () => {
  it('say why the disk refuses them, until it takes them', async () => {
    const folder = join(await temporaryFolder(), 'not-there');
    const { file, watcher } = await opened(join(folder, 'sightings.json'));
    watcher.see('a1', 101, 3n).see('a2', 102, 4n);
    await file.stop();
    expect(file.fault).toMatch(/ENOENT/);
    await mkdir(folder);
    watcher.see('a3', 103, 4n);
    await file.stop();
    expect(file.fault).toBeNull();
  });

  async function opened(path: string, clock = new ManualClock(START_MS)) {
    const log = new KeptLog();
    const file = await SightingsFile.open(path, clock, log);
    return { file, watcher: new Watcher(file, clock), log };
  }

  it('are kept, and the time in between is a gap', async () => {
    const path = join(await temporaryFolder(), 'sightings.json');
    const first = await opened(path);
    first.watcher.see('a1', 101, 3n).see('a2', 102, 4n).see('a3', 103, 5n);
    await first.file.stop();
    const second = await opened(path);
    second.watcher.clock.advance(1_000_000);
    second.watcher.see('a3', 103, 1n).see('a4', 104, 6n).see('a5', 105, 7n);
    expect(second.file.sightings.bestFeesSats()).toEqual(
      new Map([
        [102, 4n],
        [104, 6n],
      ]),
    );
    expect([...second.file.sightings.replacedAt().keys()].map((hash) => hash.slice(0, 2))).toEqual([
      'a1',
      'a2',
      'a3',
      'a4',
    ]);
    await second.file.stop();
  });

  it('are written once, five seconds after the first new tip, and not for a template', async () => {
    const path = join(await temporaryFolder(), 'sightings.json');
    const clock = new ManualClock(START_MS);
    const { file, watcher } = await opened(path, clock);
    watcher.see('a1', 101, 3n).see('a1', 101, 4n);
    clock.advance(60_000);
    await file.stop();
    await expect(readFile(path)).rejects.toMatchObject({ code: 'ENOENT' });
    watcher.see('a2', 102, 4n);
    clock.advance(4_999);
    watcher.see('a3', 103, 4n, 0);
    await expect(readFile(path)).rejects.toMatchObject({ code: 'ENOENT' });
    clock.advance(1);
    await file.stop();
    expect(Sightings.decode(await readFile(path, 'utf8')).replacedAt().size).toBe(2);
  });

  it('begin anew, and say so, when the file is damaged, and go on when it cannot be written', async () => {
    const path = join(await temporaryFolder(), 'sightings.json');
    await writeFile(path, '{"fees":[[1,"-1"]],"replaced":[]}');
    const { file, log, watcher } = await opened(path);
    expect(log.texts).toEqual([expect.stringContaining('what this node saw of the chain is forgotten')]);
    watcher.see('a1', 101, 3n).see('a2', 102, 4n);
    await file.stop();
    expect(Sightings.decode(await readFile(path, 'utf8')).replacedAt().size).toBe(1);

    watcher.see('a3', 103, 5n);
    await rm(path);
    await mkdir(path);
    await file.stop();
    expect(log.texts[1]).toContain('what this node saw of the chain cannot be written');
  });
});
