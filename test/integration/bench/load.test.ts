/** The load's processes, on a port that takes its time. */
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from '@jest/globals';
import { Load, type LoadResult } from '../../bench/load/load.js';
import { MOST_WITHOUT_WORK } from '../../bench/load/ramp.js';

const WORK = ['job', '00'.repeat(32), '01', '02', [], '20000000', '207fffff', '65000000', true];
const NOTIFY = `${JSON.stringify({ id: null, method: 'mining.notify', params: WORK })}\n`;
let server: Server;
let load: Load;

/** Every miner that has said something is `take`'s: it has been accepted, and waits for work. */
async function slowPool(take: (socket: Socket) => void): Promise<number> {
  server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => take(socket));
    socket.resume();
  });
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, resolve));
  return (server.address() as AddressInfo).port;
}

function open(port: number, connections: number): Promise<LoadResult> {
  return load.open({
    ...{ host: '127.0.0.1', port, password: 'x', username: null, firstRig: 0 },
    ...{ connections, perAddress: 128, perSecond: 2_000, mayBeRefused: false },
  });
}

afterEach(async () => {
  await load.stop();
  server.close();
});

it('has no more miners begin than a pool gives work to, and as many as are wanted in the end', async () => {
  const waiting: Socket[] = [];
  const port = await slowPool((socket) => waiting.push(socket));
  load = await Load.start(2);
  const opened = open(port, 1_500);
  while (waiting.length < MOST_WITHOUT_WORK) await sleep(5);
  // At 2,000 a second the rest would be here in a quarter of one.
  await sleep(1_000);
  expect(waiting).toHaveLength(MOST_WITHOUT_WORK);
  let taken = 0;
  while (taken < 1_500) {
    taken += waiting.length;
    for (const socket of waiting.splice(0)) socket.write(NOTIFY);
    await sleep(5);
  }
  expect(await opened).toMatchObject({ connections: 1_500, refused: 0, lost: 0 });
}, 30_000);

it('fails at once when a miner is refused, though others still come', async () => {
  let came = 0;
  const port = await slowPool((socket) => {
    if (++came === 100) socket.resetAndDestroy();
    else socket.write(NOTIFY);
  });
  load = await Load.start(2);
  const startMs = performance.now();
  // 50 s of arrivals at 2,000 a second.
  await expect(open(port, 100_000)).rejects.toThrow(/a miner got no work \(read ECONNRESET/);
  expect(performance.now() - startMs).toBeLessThan(20_000);
}, 30_000);
