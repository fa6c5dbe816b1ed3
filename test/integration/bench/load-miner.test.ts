import { type AddressInfo, createServer, type Server } from 'node:net';
import { createInterface } from 'node:readline';
import { afterEach, expect, it } from '@jest/globals';
import { compileLanes, NonceScanner } from '../../../src/miner/index.js';
import { LoadMiner } from '../../bench/load/load-miner.js';

let server: Server;
let miner: LoadMiner;

afterEach(() => {
  miner.close();
  server.close();
});

/** A pool that writes JSON as it pleases, and answers shares, by their order, as `answers` says. */
async function otherPool(answers: readonly ((id: number) => string)[]): Promise<number> {
  let shares = 0;
  server = createServer((socket) => {
    socket.on('error', () => {});
    createInterface({ input: socket }).on('line', (line) => {
      const { id, method } = JSON.parse(line) as { id: number; method: string };
      if (method === 'mining.subscribe') {
        socket.write(`{"error": null, "id": ${id}, "result": [[], "01020304", 8]}\n`);
        socket.write('{"id": null, "method": "mining.set_difficulty", "params": [1e-9]}\n');
      } else if (method === 'mining.authorize') {
        socket.write(`{ "id" : ${id}, "result" : true, "error" : null }\n`);
        const work = ['job', '00'.repeat(32), '01', '02', [], '20000000', '207fffff', '65000000', true];
        socket.write(`${JSON.stringify({ id: null, method: 'mining.notify', params: work })}\n`);
      } else socket.write(`${answers[shares++]!(id)}\n`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

it('understands answers with blanks, in any order of keys, and knows a refusal from them', async () => {
  const port = await otherPool([
    (id) => `{"id": ${id}, "result": true, "error": null}`,
    (id) => `{"result":true,"error":null,"id":${id}}`,
    (id) => `{"id":${id},"error":null,"result":true}`,
    (id) => `{"id":${id},"result":true,"error":null}`,
    (id) => `{"id": ${id}, "result": null, "error": [23, "low", null]}`,
    (id) => `{"id":${id},"result":false,"error":null}`,
  ]);
  const counts = { accepted: 0, refused: 0, refusals: [] as string[] };
  const target = { host: '127.0.0.1', port, username: 'a.rig', password: 'x', localAddress: '127.0.0.1' };
  miner = new LoadMiner(target, counts);
  await new Promise<void>((resolve) => {
    miner.onWork = () => resolve();
  });
  miner.prepare(new NonceScanner(compileLanes()), 6);
  miner.send(6);
  while (miner.outstanding > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(counts).toMatchObject({ accepted: 4, refused: 2 });
  expect(counts.refusals[0]).toContain('"low"');
  expect([...miner.takeAcknowledged()]).toHaveLength(4);
}, 15_000);
