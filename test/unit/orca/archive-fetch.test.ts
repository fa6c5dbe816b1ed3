import { describe, expect, it } from '@jest/globals';
import { ArchiveFetch } from '../../../orca/task/src/pool/archive-fetch.js';
import { KoiiStorageError } from '../../../orca/task/src/storage/koii-storage.js';
import { type Cid, MAX_ARCHIVE_BYTES, rootOfCar } from '../../../src/rounds/index.js';
import { draftOf } from '../rounds/claim-source.js';
import { HOSTILE } from '../rounds/hostile-packages.js';

const { package: archive } = draftOf({ shares: 12, miners: 3, jobs: 3 }).draft.finish();
const PIECE_BYTES = 65_536;
const WANTED = { kind: 'package' as const, cid: rootOfCar(archive), storeCid: 'bafystore' };

/** `copies`: what the storage nodes send, one after the other, in pieces; null for one that has nothing. */
function fetchOf(copies: readonly (Uint8Array | null)[], budget = 2 * MAX_ARCHIVE_BYTES) {
  const put = new Map<string, Uint8Array>();
  const asked: string[] = [];
  const read = { bytes: 0 };
  const storage = {
    nodes: copies.map((_, i) => `node ${i}`),
    async *file(node: string, folder: string, name: string) {
      asked.push(`${node} ${folder}/${name}`);
      const copy = copies[Number(node.slice(5))] ?? null;
      if (copy === null) throw new KoiiStorageError('STORAGE_DENIES', '404');
      for (let at = 0; at < copy.length; at += PIECE_BYTES) {
        const piece = copy.subarray(at, at + PIECE_BYTES);
        read.bytes += piece.length;
        yield piece;
      }
    },
  };
  const folder = {
    has: async (cid: Cid) => put.has(String(cid)),
    put: async (cid: Cid, bytes: Uint8Array) => {
      put.set(String(cid), bytes);
    },
  };
  return { fetch: new ArchiveFetch(storage, folder, budget), put, asked, read };
}

describe('what is fetched to be audited', () => {
  it('is asked for by its name in the folder that the submission names, and once', async () => {
    const { fetch, put, asked } = fetchOf([archive]);
    expect(await fetch.bring(WANTED)).toBe('there');
    expect(await fetch.bring(WANTED)).toBe('there');
    expect(asked).toEqual([`node 0 bafystore/${WANTED.cid}.car`]);
    expect(put.get(String(WANTED.cid))).toEqual(archive);
  });

  it('is not what a storage node sends instead: the next one is asked, and nobody else pays for it', async () => {
    const garbage = new TextEncoder().encode('no archive');
    const cut = archive.slice(0, -1);
    const { fetch, put } = fetchOf([garbage, cut, archive]);
    expect(await fetch.bring(WANTED)).toBe('there');
    expect(put.get(String(WANTED.cid))).toEqual(archive);
    const alone = fetchOf([garbage, cut]);
    expect(await alone.fetch.bring(WANTED)).toBe('denied');
    expect(alone.put.size).toBe(0);
  });

  it('stays within its budget of bytes, which says nothing of what is there', async () => {
    for (const budget of [archive.length - 1, 0]) {
      const { fetch } = fetchOf([archive], budget);
      await expect(fetch.bring(WANTED)).rejects.toMatchObject({ code: 'BUDGET_SPENT' });
      expect(await fetchOf([null], budget).fetch.bring(WANTED)).toBe('denied');
    }
  });

  it('is asked for no more where it was none, and costs what it took to see that', async () => {
    const junk = new Uint8Array(20_000_000).fill(7);
    const { fetch, asked, read } = fetchOf([junk, null, junk]);
    for (let looks = 0; looks < 100; looks++) expect(await fetch.bring(WANTED)).toBe('denied');
    expect(asked.filter((place) => !place.startsWith('node 1'))).toHaveLength(2);
    expect(asked).toHaveLength(102);
    expect(read.bytes).toBeLessThanOrEqual(2 * PIECE_BYTES);
  });

  it('is nothing where the submission names no store', async () => {
    expect(await fetchOf([archive]).fetch.bring({ ...WANTED, storeCid: null })).toBe('denied');
  });

  it("is there for the container to judge where the blocks are the claimant's own and break the format", async () => {
    const broken = HOSTILE.find(({ fault }) => fault === 'MINER_SUMS')!.bytes;
    const { fetch, put } = fetchOf([broken]);
    const cid = rootOfCar(broken);
    expect(await fetch.bring({ ...WANTED, cid })).toBe('there');
    expect(rootOfCar(put.get(String(cid))!).toString()).toBe(cid.toString());
  });
});
