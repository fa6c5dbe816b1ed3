import { describe, expect, it } from '@jest/globals';
import { ArchiveFetch } from '../../../orca/task/src/pool/archive-fetch.js';
import { type Cid, rootOfCar } from '../../../src/rounds/index.js';
import { draftOf } from '../rounds/claim-source.js';
import { HOSTILE } from '../rounds/hostile-packages.js';

const { package: archive } = draftOf({ shares: 12, miners: 3, jobs: 3 }).draft.finish();
const WANTED = { kind: 'package' as const, cid: rootOfCar(archive), storeCid: 'bafystore' };

/** `copies`: what the storage nodes send, one after the other. */
function fetchOf(copies: readonly Uint8Array[], budget = 1_000_000) {
  const put = new Map<string, Uint8Array>();
  const asked: [string, string, number][] = [];
  const storage = {
    async *copies(folder: string, name: string, most: number) {
      asked.push([folder, name, most]);
      yield* copies.filter(({ length }) => length <= most);
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
    expect(await fetch.bring(WANTED)).toBe(true);
    expect(await fetch.bring(WANTED)).toBe(true);
    expect(asked).toEqual([['bafystore', `${WANTED.cid}.car`, 1_000_000]]);
    expect(put.get(String(WANTED.cid))).toEqual(archive);
  });

  it('is not what a storage node sends instead: the next one is asked, and nobody else pays for it', async () => {
    const garbage = new TextEncoder().encode('no archive');
    const cut = archive.slice(0, -1);
    const { fetch, put } = fetchOf([garbage, cut, archive]);
    expect(await fetch.bring(WANTED)).toBe(true);
    expect(put.get(String(WANTED.cid))).toEqual(archive);
    const alone = fetchOf([garbage, cut]);
    expect(await alone.fetch.bring(WANTED)).toBe(false);
    expect(alone.put.size).toBe(0);
  });

  it('stays within its budget of bytes', async () => {
    const { fetch } = fetchOf([archive], archive.length - 1);
    expect(await fetch.bring(WANTED)).toBe(false);
  });

  it('is nothing where the submission names no store', async () => {
    expect(await fetchOf([archive]).fetch.bring({ ...WANTED, storeCid: null })).toBe(false);
  });

  it("is there for the container to judge where the blocks are the claimant's own and break the format", async () => {
    const broken = HOSTILE.find(({ fault }) => fault === 'MINER_SUMS')!.bytes;
    const { fetch, put } = fetchOf([broken]);
    const cid = rootOfCar(broken);
    expect(await fetch.bring({ ...WANTED, cid })).toBe(true);
    expect(rootOfCar(put.get(String(cid))!).toString()).toBe(cid.toString());
  });
});
