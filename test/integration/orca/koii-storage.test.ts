import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from '@jest/globals';
import { KoiiStorage } from '../../../orca/task/src/storage/koii-storage.js';
import { utf8 } from '../../../src/lib/index.js';
import { freePorts } from '../../../src/localnet/index.js';
import { atTestEnd } from '../../bitcoind.js';

/** A node of the storage that answers everything so. */
async function answering(status: number, body: string): Promise<string> {
  const server = createServer((_request, response) => response.writeHead(status).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atTestEnd(() => new Promise((resolve) => server.close(() => resolve())));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function copiesOf(nodes: readonly string[]): Promise<string[]> {
  const copies: string[] = [];
  for await (const copy of new KoiiStorage({ taskId: 'StorageTask', nodes }).copies('bafy', 'a.car', 1_000))
    copies.push(copy === 'larger' ? copy : Buffer.from(copy).toString());
  return copies;
}

it('what one node of the storage has is had though others have nothing, or are away', async () => {
  const [away] = await freePorts(1);
  const nodes = [`http://127.0.0.1:${away}`, await answering(404, ''), await answering(200, 'bytes')];
  const storage = new KoiiStorage({ taskId: 'StorageTask', nodes });
  expect((await storage.copies('bafy', 'a.car', 1_000).next()).value).toEqual(utf8('bytes'));
});

it('the storage has nothing where every node says so, and where one does not it is not known', async () => {
  const [away] = await freePorts(1);
  const [nothing, gone] = [await answering(404, ''), await answering(410, '')];
  expect(await copiesOf([nothing, gone])).toEqual([]);
  expect(await copiesOf([nothing, await answering(200, 'more'.repeat(500))])).toEqual(['larger']);
  const silent = { code: 'STORAGE_SILENT' };
  await expect(copiesOf([nothing, `http://127.0.0.1:${away}`])).rejects.toMatchObject(silent);
  for (const status of [403, 429, 500, 502, 503, 504]) {
    await expect(copiesOf([nothing, await answering(status, '')])).rejects.toMatchObject(silent);
  }
  await expect(copiesOf([])).rejects.toMatchObject(silent);
});
