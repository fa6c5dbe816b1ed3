import { connect, type Socket } from 'node:net';
import { afterEach, expect, it } from '@jest/globals';
import type { GuardOptions, KeptProof } from '../../../src/stratum/index.js';
import { ADDRESS } from '../stratum/pool-under-test.js';
import { FleetUnderTest, NODE_GUARD } from './fleet-under-test.js';

const MINERS = 5_000;
/** Fewer than wait for a listener in the kernel, which answers what is beyond only when it is asked again, seconds later. */
const AT_A_TIME = 1_000;
/** A limit that kept a farm waiting would: at the pace of strangers, 128 a minute and 50 turns a second, it is 95 s. */
const MUCH_SLOWER = 3;
const LOGIN =
  '{"id":1,"method":"mining.subscribe","params":["farm/1"]}\n' +
  `{"id":2,"method":"mining.authorize","params":["${ADDRESS}.farm","x"]}\n`;
const sockets: Socket[] = [];

afterEach(closeAll);

async function closeAll(): Promise<void> {
  for (const socket of sockets.splice(0)) socket.destroy();
  await FleetUnderTest.closeAll();
}

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

/** How long it takes until all have work, each of which tries once; how many there are that have. */
async function comeBack(
  guard: GuardOptions,
  proofs: KeptProof[],
): Promise<{ served: number; tookMs: number }> {
  const fleet = await FleetUnderTest.open({ listeners: 2, maxConnections: 10_000, guard, proofs });
  const startMs = performance.now();
  let served = 0;
  let left = MINERS;
  await Promise.all(
    Array.from({ length: AT_A_TIME }, async () => {
      while (left-- > 0) if (await hasWork(fleet.port)) served++;
    }),
  );
  const tookMs = performance.now() - startMs;
  await closeAll();
  return { served, tookMs };
}

// On a machine that needs longer than ten seconds for 5,000 logins the guard must not be what takes longer.
it('has all its 5,000 miners back within ten seconds of a restart of the node, from one address, with default limits', async () => {
  const without = await comeBack({ ...NODE_GUARD, unlimited: ['127.0.0.1'] }, []);
  expect(without.served).toBe(MINERS);
  const coveredUntilMs = Date.now() + 86_400_000;
  const proof = { address: '127.0.0.1', credit: MINERS, provedMs: Date.now(), coveredUntilMs };
  const { served, tookMs } = await comeBack(NODE_GUARD, [proof]);
  expect(served).toBe(MINERS);
  expect(tookMs).toBeLessThan(Math.max(10_000, MUCH_SLOWER * without.tookMs));
}, 180_000);
