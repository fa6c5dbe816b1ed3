import { afterEach, expect, it } from '@jest/globals';
import { ADDRESS } from '../stratum/pool-under-test.js';
import { WireMiner } from '../stratum/wire-miner.js';
import { FleetUnderTest, NODE_GUARD } from './fleet-under-test.js';

const EACH = 20;
const miners: WireMiner[] = [];
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

afterEach(async () => {
  for (const miner of miners.splice(0)) miner.end();
  await FleetUnderTest.closeAll();
});

/** Connected and answered: a connection that hangs in the kernel's queue is not. */
async function served(port: number): Promise<boolean> {
  try {
    const miner = await WireMiner.connect(port);
    miners.push(miner);
    return (await miner.call('mining.subscribe', [])).error === null;
  } catch {
    return false;
  }
}

async function servedSoon(port: number): Promise<boolean> {
  for (let tries = 0; tries < 400; tries++) {
    if (await served(port)) return true;
    await pause(50);
  }
  return false;
}

it('leaves miners to its siblings while it is full, and takes them again when there is room', async () => {
  const fleet = await FleetUnderTest.open({ listeners: 2, maxConnections: EACH, guard: NODE_GUARD });
  const { port } = fleet;
  // The kernel spreads them as it likes; not one may be hung up on before both listeners are at their bound.
  const first = await Promise.all(Array.from({ length: 2 * EACH }, () => served(port)));
  expect(first).toEqual(Array.from({ length: 2 * EACH }, () => true));
  // Now nobody takes connections, and a miner is told so at once.
  expect(await served(port)).toBe(false);
  for (const miner of miners.splice(0, EACH)) miner.end();
  for (let i = 0; i < EACH; i++) expect(await servedSoon(port)).toBe(true);
  expect(await served(port)).toBe(false);
}, 30_000);

it('counts an address’s strangers at all listeners together, and only as long as they prove no work', async () => {
  const guard = { ...NODE_GUARD, strangersPerAddress: 10 };
  const fleet = await FleetUnderTest.open({ listeners: 2, maxConnections: 100, guard });
  for (let i = 0; i < 10; i++) expect(await served(fleet.port)).toBe(true);
  const strangers = miners.slice();
  // There and back: two exchanges of 250 ms.
  await pause(700);
  for (let i = 0; i < 20; i++) expect(await served(fleet.port)).toBe(false);
  for (const miner of strangers) {
    const notify = await miner.logIn(`${ADDRESS}.rig`);
    expect((await miner.submit(`${ADDRESS}.rig`, miner.grind(notify))).result).toBe(true);
  }
  await pause(700);
  for (let i = 0; i < 10; i++) expect(await served(fleet.port)).toBe(true);
}, 30_000);

it('gives a connection the time to log in that the operator set', async () => {
  const patience = { loginMs: 100 };
  const fleet = await FleetUnderTest.open({ listeners: 1, maxConnections: 10, guard: NODE_GUARD, patience });
  const miner = await WireMiner.connect(fleet.port);
  miners.push(miner);
  const startMs = performance.now();
  await miner.closing();
  // Looked at once a second; by default it would be a minute.
  expect(performance.now() - startMs).toBeLessThan(10_000);
}, 30_000);
