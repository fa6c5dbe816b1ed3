import { describe, expect, it } from '@jest/globals';
import { ArchiveFetch } from '../../../orca/task/src/pool/archive-fetch.js';
import { type Cid, MAX_ARCHIVE_BYTES, rootOfCar } from '../../../src/rounds/index.js';
import { draftOf } from '../rounds/claim-source.js';
import { HOSTILE } from '../rounds/hostile-packages.js';

const { package: archive } = draftOf({ shares: 12, miners: 3, jobs: 3 }).draft.finish();
const WANTED = { kind: 'package' as const, cid: rootOfCar(archive), storeCid: 'bafystore' };

/** `copies`: what the storage nodes send, one after the other. */
function fetchOf(copies: readonly Uint8Array[], budget = 2 * MAX_ARCHIVE_BYTES) {
  const put = new Map<string, Uint8Array>();
  const asked: [string, string, number][] = [];
  const storage = {
    async *copies(folder: string, name: string, most: number) {
      asked.push([folder, name, most]);
      yield* copies.map((copy) => (copy.length <= most ? copy : ('larger' as const)));
    },
  };
  const folder = {
    has: async (cid: Cid) => put.has(String(cid)),
    put: async (cid: Cid, bytes: Uint8Array) => {
      put.set(String(cid), bytes);
    },
  };
  return { fetch: new ArchiveFetch(storage, folder, budget), put, asked };
}

describe('what is fetched to be audited', () => {
  it('is asked for by its name in the folder that the submission names, and once', async () => {
    const { fetch, put, asked } = fetchOf([archive]);
    expect(await fetch.bring(WANTED)).toBe('there');
    expect(await fetch.bring(WANTED)).toBe('there');
    expect(asked).toEqual([['bafystore', `${WANTED.cid}.car`, MAX_ARCHIVE_BYTES]]);
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
      expect(await fetchOf([], budget).fetch.bring(WANTED)).toBe('denied');
    }
    // No archive is as large as that.
    const huge = new Uint8Array(MAX_ARCHIVE_BYTES + 1);
    expect(await fetchOf([huge]).fetch.bring(WANTED)).toBe('denied');
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
