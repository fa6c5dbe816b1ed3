import { connect, type Socket } from 'node:net';
import { afterEach, expect, it } from '@jest/globals';
import { ADDRESS } from '../stratum/pool-under-test.js';
import { FleetUnderTest, NODE_GUARD } from './fleet-under-test.js';

const RIGS = 20;
const SOCKETS = 40;
/** Of each rig: it comes, has work, loses its connection, and comes again. */
const TIMES = 4;
/** How long a rig's firmware waits for work before it hangs up and tries again. */
const PATIENCE_MS = 3_000;
const LOGIN =
  '{"id":1,"method":"mining.subscribe","params":["farm/1"]}\n' +
  `{"id":2,"method":"mining.authorize","params":["${ADDRESS}.farm","x"]}\n`;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const sockets = new Set<Socket>();
let stormy = false;
let attempts = 0;

afterEach(async () => {
  stormy = false;
  for (const socket of sockets) socket.destroy();
  await FleetUnderTest.closeAll();
});

function open(port: number): Socket {
  const socket = connect(port, '127.0.0.1');
  sockets.add(socket);
  socket.on('error', () => {});
  socket.on('close', () => sockets.delete(socket));
  return socket;
}

/** Connects, leaves at once, and comes again. */
function storm(port: number): void {
  if (!stormy) return;
  attempts++;
  const socket = open(port);
  socket.on('connect', () => socket.destroy());
  socket.on('close', () => storm(port));
}

/** How long a rig takes to have work, as often as it has to try. */
async function timeToWork(port: number): Promise<number> {
  const startMs = performance.now();
  for (;;) {
    const socket = open(port);
    socket.write(LOGIN);
    let heard = '';
    const has = await new Promise<boolean>((resolve) => {
      socket.on('data', (chunk) => {
        heard += chunk.toString('latin1');
        if (heard.includes('"mining.notify","params"')) resolve(true);
      });
      socket.on('close', () => resolve(false));
      setTimeout(() => resolve(false), PATIENCE_MS).unref();
    });
    socket.destroy();
    if (has) return performance.now() - startMs;
    await pause(500);
  }
}

it('a reconnect storm behind the same address keeps no rig of a farm that proved work waiting', async () => {
  const proofs = [{ address: '127.0.0.1', credit: RIGS, provedMs: Date.now() }];
  const fleet = await FleetUnderTest.open({
    listeners: 2,
    maxConnections: 10_000,
    guard: NODE_GUARD,
    proofs,
  });
  const { port } = fleet;
  stormy = true;
  for (let i = 0; i < SOCKETS; i++) storm(port);
  // By now it has used up what an address may connect in an hour.
  await pause(3_000);
  const times = await Promise.all(
    Array.from({ length: RIGS }, async () => {
      const each: number[] = [];
      for (let i = 0; i < TIMES; i++) {
        each.push(await timeToWork(port));
        await pause(500);
      }
      return each;
    }),
  );
  expect(attempts).toBeGreaterThan(500);
  expect(Math.max(...times.flat())).toBeLessThan(5_000);
}, 60_000);
