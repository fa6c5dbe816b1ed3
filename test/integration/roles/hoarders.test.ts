import { afterEach, expect, it } from '@jest/globals';
import { ShareStream } from '../../bench/share-stream.js';
import { ADDRESS, OTHER_ADDRESS } from '../stratum/pool-under-test.js';
import { FleetUnderTest, NODE_GUARD } from './fleet-under-test.js';

const PROXIES = 10;
const PROXY_NAMES = 256;
const HOARDERS = 200;
/** Each holds about half of what a proxy does, and has an address of its own. */
const HOARDER_NAMES = 160;
const AT_ONCE = 20;
/** Of each listener: all hoarders together would hold twice as much, all proxies together half of it. */
const MEMORY_BYTES = 4 << 20;
const EACH_MS = 250;
const SHARES = 100;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const all: ShareStream[] = [];
let mining = true;

afterEach(async () => {
  mining = false;
  for (const stream of all.splice(0)) stream.close();
  await FleetUnderTest.closeAll();
});

/** Logs in all its names at once, behind its first share. */
async function open(
  port: number,
  name: string,
  from: string,
  names: number,
  shares: number,
): Promise<ShareStream> {
  const stream = await ShareStream.open(port, name, from);
  all.push(stream);
  stream.prepare(shares);
  stream.send(1);
  stream.logIn(Array.from({ length: names - 1 }, (_, i) => `${name}-${i}`));
  return stream;
}

/** Four shares a second, until the end. */
async function mine(stream: ShareStream): Promise<void> {
  while (mining && stream.left > 0) {
    stream.send(1);
    await pause(EACH_MS);
  }
}

it('two hundred who hold names for one share each do no proxy of 256 workers any harm, and take no more memory than they may', async () => {
  const guard = { ...NODE_GUARD, memoryBytes: MEMORY_BYTES };
  const fleet = await FleetUnderTest.open({ listeners: 2, maxConnections: 1_000, guard });
  const { port } = fleet;
  const proxies = await Promise.all(
    Array.from({ length: PROXIES }, (_, i) =>
      open(port, `${ADDRESS}.proxy${i}`, '127.0.0.1', PROXY_NAMES, SHARES),
    ),
  );
  const miners = proxies.map(mine);
  for (let waits = 0; proxies.some(({ loggedIn }) => loggedIn < PROXY_NAMES) && waits < 100; waits++)
    await pause(50);
  await pause(1_000);
  for (let i = 0; i < HOARDERS; i += AT_ONCE) {
    const some = Array.from({ length: AT_ONCE }, (_, j) =>
      open(port, `${OTHER_ADDRESS}.hoarder${i + j}`, `127.1.0.${1 + i + j}`, HOARDER_NAMES, 1),
    );
    await Promise.all(some);
    await pause(100);
  }
  const hoarders = all.slice(PROXIES);
  for (let waits = 0; hoarders.some(({ loggedIn }) => loggedIn < HOARDER_NAMES) && waits < 200; waits++)
    await pause(EACH_MS / 5);
  // Told that they are logged in: a proxy would send a machine away for anything else.
  expect(hoarders.map(({ loggedIn }) => loggedIn)).toEqual(hoarders.map(() => HOARDER_NAMES));
  await pause(2 * EACH_MS);
  mining = false;
  await Promise.all(miners);
  for (const proxy of proxies) proxy.check();
  expect(proxies.map(({ loggedIn }) => loggedIn)).toEqual(proxies.map(() => PROXY_NAMES));
  expect((await fleet.counted('orcapool_connection_errors_total')).get('memory') ?? 0).toBe(0);
  // They would fill it twice. Half of it may be names, and what waits for a moment comes on top.
  expect(fleet.mostPendingBytes).toBeGreaterThan(0.45 * MEMORY_BYTES);
  expect(fleet.mostPendingBytes).toBeLessThanOrEqual(0.75 * MEMORY_BYTES);
}, 60_000);
