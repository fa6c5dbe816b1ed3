import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ClaimStore, type ClosedRound } from '../../../src/claims/index.js';
import { proveDraws } from '../../../src/rounds/index.js';
import { newFolder } from '../../integration/shares/shard-test.js';
import { bindingOf } from '../../integration/shares/share-source.js';
import { bytesOf, draftOf } from '../rounds/claim-source.js';

function flipped(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(bytes, (byte, at) => (at === bytes.length - 3 ? byte ^ 4 : byte));
}

function replaced(path: string, make: () => void): void {
  rmSync(path);
  make();
}

/** No share is left out. */
const NONE = new Uint8Array(0);
const { draft: DRAFT, shares: SHARES } = draftOf({ shares: 9, miners: 2, jobs: 4 });
const BUILT = DRAFT.finish();
const PACKAGE = Buffer.from(BUILT.package);
const OTHER = draftOf({ shares: 8, miners: 2, jobs: 4 }).draft.finish().package;

function closed(round: bigint): ClosedRound {
  return {
    binding: bindingOf(round),
    bounds: { 'shard-0': 12, 'shard-1': 0 },
    closedMs: 1_700_000_000_123,
    claim: {
      root: new Uint8Array(32).fill(1),
      total: 2n ** 80n + 3n,
      count: 5n,
      miners: 2,
      tier: 'full',
      tip: { height: 101, hash: new Uint8Array(32).fill(2) },
      packageCid: BUILT.cid.toString(),
      packageBytes: PACKAGE.length,
    },
    leftOut: { foreign: 0, noRoom: 0, offChain: 0 },
    lost: [],
  };
}

describe('the store of closed rounds', () => {
  it('gives back what was put, to another process too', async () => {
    const folder = newFolder();
    new ClaimStore(folder).put(closed(7n), PACKAGE, NONE);
    const store = new ClaimStore(folder);
    expect(store.get(7n)).toEqual(closed(7n));
    expect(await store.package(7n)).toEqual(PACKAGE);
    expect([store.get(8n), await store.package(8n)]).toEqual([null, null]);
  });

  it('keeps the first claim of a round whatever is put later', async () => {
    const store = new ClaimStore(newFolder());
    store.put(closed(7n), PACKAGE, NONE);
    const other = { ...closed(7n), closedMs: 5, claim: null };
    expect(store.put(other, null, NONE)).toEqual(closed(7n));
    expect(await store.package(7n)).toEqual(PACKAGE);
  });

  it('drops the packages of rounds closed long ago, and never what it knows of the rounds', async () => {
    const folder = newFolder();
    const store = new ClaimStore(folder);
    for (const [round, closedMs] of [
      [7n, 1_000],
      [8n, 2_000],
    ] as const) {
      store.put({ ...closed(round), closedMs }, PACKAGE, NONE);
      store.putDraws(round, Uint8Array.of(2));
    }
    await store.dropPackages(2_000);
    expect([await store.package(7n), await store.draws(7n), store.get(7n)?.closedMs]).toEqual([
      null,
      null,
      1_000,
    ]);
    expect(readdirSync(folder).sort()).toEqual(['7.json', '8.car', '8.draws.car', '8.json']);
  });

  it('tells which shares are in no claim, for as long as it has the package, and owns up where it does not know', async () => {
    const folder = newFolder();
    const store = new ClaimStore(folder);
    const hash = (first: number) => new Uint8Array(32).fill(first);
    const some = { ...closed(8n), leftOut: { foreign: 1, noRoom: 1, offChain: 1 }, lost: ['ab'.repeat(32)] };
    store.put(closed(7n), Uint8Array.of(1), NONE);
    store.put(some, Uint8Array.of(1), Uint8Array.of(...hash(3), ...hash(5), ...hash(200)));
    const [all, tells] = [store.leftOut(closed(7n)), store.leftOut(some)];
    expect(all!(hash(3))).toBe(false);
    expect([2, 3, 4, 5, 6, 199, 200, 201].filter((first) => tells!(hash(first)))).toEqual([3, 5, 200]);
    expect(store.get(8n)).toEqual(some);
    expect(store.leftOut({ ...some, leftOut: null })).toBeNull();
    await store.dropPackages(2 ** 50);
    expect(readdirSync(folder).sort()).toEqual(['7.json', '8.json']);
    expect(store.leftOut(some)).toBeNull();
  });

  it('reads the records of a version that did not count what it left out', () => {
    const folder = newFolder();
    new ClaimStore(folder).put(closed(7n), null, NONE);
    const path = join(folder, '7.json');
    const { leftOut: _, lost: __, ...older } = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify(older));
    expect(new ClaimStore(folder).get(7n)).toEqual({ ...closed(7n), leftOut: null });
  });

  it('does not take half a write for a closed round', async () => {
    const folder = newFolder();
    const store = new ClaimStore(folder);
    // A process that died between package and record, and one that died within a record.
    writeFileSync(join(folder, '7.car'), 'left');
    writeFileSync(join(folder, '7.json.part'), '{"format"');
    expect([store.get(7n), store.rounds()]).toEqual([null, []]);
    store.put(closed(7n), PACKAGE, NONE);
    expect(await store.package(7n)).toEqual(PACKAGE);
    expect(readdirSync(folder).sort()).toEqual(['7.car', '7.json']);
  });

  it.each<readonly [string, (path: string) => void]>([
    ['cut short', (path) => truncateSync(path, PACKAGE.length - 1)],
    ['cut to nothing', (path) => truncateSync(path, 0)],
    ['of one bit that is another', (path) => writeFileSync(path, flipped(PACKAGE))],
    ['of another round', (path) => writeFileSync(path, OTHER)],
    ['a directory', (path) => replaced(path, () => mkdirSync(join(path, 'within'), { recursive: true }))],
    ['a link to itself', (path) => replaced(path, () => symlinkSync(path, path))],
  ])(
    'hands out no package that is %s, and sets it aside, also when it was whole before',
    async (_, damage) => {
      for (const wasRead of [false, true]) {
        const folder = newFolder();
        const told: string[] = [];
        const store = new ClaimStore(folder, (record) => told.push(record));
        store.put(closed(7n), PACKAGE, NONE);
        if (wasRead) expect(await store.package(7n)).toEqual(PACKAGE);
        damage(join(folder, '7.car'));
        expect(await store.package(7n)).toBeNull();
        expect(told).toEqual(['7.car.damaged']);
        expect(await store.package(7n)).toBeNull();
        expect(readdirSync(folder).sort()).toEqual(['7.car.damaged', '7.json']);
      }
    },
  );

  it('sets aside at a start what stands in the place of files, and packages of another length', async () => {
    const folder = newFolder();
    const told: string[] = [];
    const store = new ClaimStore(folder, (record) => told.push(record));
    for (const round of [7n, 8n, 9n]) store.put(closed(round), PACKAGE, NONE);
    truncateSync(join(folder, '8.car'), 100);
    for (const name of ['7.draws.car', '7.left']) mkdirSync(join(folder, name));
    symlinkSync('10.json', join(folder, '10.json'));
    expect(store.setDamagedAside()).toEqual([{ round: 10n, record: '10.json.damaged' }]);
    store.setBrokenAside();
    expect(told.sort()).toEqual(['7.draws.car.damaged', '7.left.damaged', '8.car.damaged']);
    expect(await store.package(9n)).toEqual(PACKAGE);
    expect([await store.draws(7n), store.hasDraws(7n)]).toEqual([null, false]);
  });

  it('hands out no proof of draws that is not whole: it is made again', async () => {
    const folder = newFolder();
    const store = new ClaimStore(folder);
    const { bytes } = proveDraws(BUILT, bytesOf('beacon'), (added) => SHARES[added]!.record);
    store.put(closed(7n), PACKAGE, NONE);
    store.putDraws(7n, bytes);
    expect(await store.draws(7n)).toEqual(Buffer.from(bytes));
    store.putDraws(7n, bytes.subarray(0, bytes.length - 5));
    expect([await store.draws(7n), store.hasDraws(7n)]).toEqual([null, false]);
  });

  it('lists rounds, the newest first, as numbers', () => {
    const store = new ClaimStore(newFolder());
    for (const round of [9n, 10n, 2n]) store.put({ ...closed(round), claim: null }, null, NONE);
    expect(store.rounds()).toEqual([10n, 9n, 2n]);
  });

  it.each(['', '{}', '{"format":2}', '[]', '\u0000\u0000', 'a directory', 'the record of another round'])(
    'takes a round for not closed whose record is damaged, and moves it out of the way: %s',
    (what) => {
      const folder = newFolder();
      const store = new ClaimStore(folder);
      store.put(closed(8n), Uint8Array.of(1), NONE);
      const record = join(folder, '7.json');
      if (what === 'a directory') mkdirSync(join(record, 'within'), { recursive: true });
      else if (what.startsWith('the record')) copyFileSync(join(folder, '8.json'), record);
      else writeFileSync(record, what);
      expect(store.get(7n)).toBeNull();
      expect(store.setDamagedAside()).toEqual([{ round: 7n, record: '7.json.damaged' }]);
      expect([store.setDamagedAside(), store.rounds()]).toEqual([[], [8n]]);
      store.put(closed(7n), Uint8Array.of(2), NONE);
      expect([store.get(7n), store.get(8n)]).toEqual([closed(7n), closed(8n)]);
      writeFileSync(record, '{');
      // Without having been moved before, too.
      expect(store.put({ ...closed(7n), closedMs: 9 }, null, NONE).closedMs).toBe(9);
      const aside = readdirSync(folder).filter((name) => name.includes('damaged'));
      expect(aside.sort()).toEqual(['7.json.damaged', '7.json.damaged-2']);
    },
  );
});
