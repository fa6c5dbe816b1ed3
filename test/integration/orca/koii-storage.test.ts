import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from '@jest/globals';
import { ArchiveFetch } from '../../../orca/task/src/pool/archive-fetch.js';
import { KoiiStorage, type KoiiStorageError } from '../../../orca/task/src/storage/koii-storage.js';
import { freePorts } from '../../../src/localnet/index.js';
import { rootOfCar } from '../../../src/rounds/index.js';
import { atTestEnd } from '../../bitcoind.js';
import { draftOf } from '../../unit/rounds/claim-source.js';

const { package: archive } = draftOf({ shares: 12, miners: 3, jobs: 3 }).draft.finish();
const WANTED = { kind: 'package' as const, cid: rootOfCar(archive), storeCid: 'bafy' };

/** A node of the storage that answers everything so. */
async function answering(status: number, body: string | Uint8Array): Promise<string> {
  const server = createServer((_request, response) => response.writeHead(status).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atTestEnd(() => new Promise((resolve) => server.close(() => resolve())));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** `there`, `denied`, or why it is not known. */
async function broughtFrom(nodes: readonly string[], wanted = WANTED): Promise<string> {
  const folder = { has: async () => false, put: async () => {} };
  const fetch = new ArchiveFetch(new KoiiStorage({ taskId: 'StorageTask', nodes }), folder, 1e9);
  return await fetch.bring(wanted).catch((error: KoiiStorageError) => error.code);
}

it('what one node of the storage has is had though others have nothing, or are away', async () => {
  const [away] = await freePorts(1);
  const nodes = [`http://127.0.0.1:${away}`, await answering(404, ''), await answering(200, archive)];
  expect(await broughtFrom(nodes)).toBe('there');
});

it('the storage has nothing where every node says so, and where one does not it is not known', async () => {
  const [away] = await freePorts(1);
  const [nothing, gone] = [await answering(404, ''), await answering(410, '')];
  expect(await broughtFrom([nothing, gone])).toBe('denied');
  expect(await broughtFrom([nothing, await answering(200, 'more'.repeat(500))])).toBe('denied');
  expect(await broughtFrom([nothing, `http://127.0.0.1:${away}`])).toBe('STORAGE_SILENT');
  for (const status of [403, 429, 500, 502, 503, 504]) {
    expect(await broughtFrom([nothing, await answering(status, '')])).toBe('STORAGE_SILENT');
  }
  expect(await broughtFrom([])).toBe('STORAGE_SILENT');
});
