import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from '@jest/globals';
import { KoiiStorage } from '../../../orca/task/src/storage/koii-storage.js';
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
    copies.push(Buffer.from(copy).toString());
  return copies;
}

it('what one node of the storage has is had though others have nothing, or are away', async () => {
  const [away] = await freePorts(1);
  const nodes = [`http://127.0.0.1:${away}`, await answering(404, ''), await answering(200, 'bytes')];
  expect(await copiesOf(nodes)).toEqual(['bytes']);
});

it('that a node says it has nothing is an answer, and that none answers is not', async () => {
  const [away] = await freePorts(1);
  const silent = `http://127.0.0.1:${away}`;
  expect(await copiesOf([silent, await answering(404, '')])).toEqual([]);
  await expect(copiesOf([silent, await answering(504, '')])).rejects.toMatchObject({
    code: 'STORAGE_SILENT',
  });
  await expect(copiesOf([])).rejects.toMatchObject({ code: 'STORAGE_SILENT' });
});
