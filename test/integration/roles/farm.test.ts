import { connect, type Socket } from 'node:net';
import { afterEach, expect, it } from '@jest/globals';
import { ADDRESS } from '../stratum/pool-under-test.js';
import { FleetUnderTest, NODE_GUARD } from './fleet-under-test.js';

const MINERS = 5_000;
const LOGIN =
  '{"id":1,"method":"mining.subscribe","params":["farm/1"]}\n' +
  `{"id":2,"method":"mining.authorize","params":["${ADDRESS}.farm","x"]}\n`;
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await FleetUnderTest.closeAll();
});

/** Resolves with true when the miner has work, with false when it was hung up on before. */
async function hasWork(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => {});
  socket.write(LOGIN);
  let heard = '';
  return await new Promise((resolve) => {
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1');
      if (heard.includes('mining.notify","params')) resolve(true);
    });
    socket.on('close', () => resolve(false));
  });
}

it('has all its 5,000 miners back within ten seconds of a restart of the node, from one address, with default limits', async () => {
  const proofs = [
    { address: '127.0.0.1', credit: MINERS, provedMs: Date.now(), coveredUntilMs: Date.now() + 86_400_000 },
  ];
  const fleet = await FleetUnderTest.open({
    listeners: 2,
    maxConnections: 10_000,
    guard: NODE_GUARD,
    proofs,
  });
  const startMs = performance.now();
  const served = await Promise.all(Array.from({ length: MINERS }, () => hasWork(fleet.port)));
  const tookMs = performance.now() - startMs;
  expect(served.filter((one) => one)).toHaveLength(MINERS);
  expect(tookMs).toBeLessThan(10_000);
}, 30_000);
