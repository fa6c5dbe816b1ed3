/** Ten thousand miners: what they cost while they are idle, and how long it takes when they all come back at once. */
import { setTimeout as sleep } from 'node:timers/promises';
import { moment, runs, withMiners } from './bed.js';
import { BenchPool } from './load/bench-pool.js';
import { PER_ADDRESS } from './load/source-addresses.js';
import type { Measurement } from './measurement.js';
import type { Scale } from './scale.js';

const MINERS = 10_000;
/** An address may connect as often in a minute as it may have connections; these come so often, the first time included. */
const COMES = 6;
const SETTLING_MS = 2_000;

export async function benchReconnect(folder: string, scale: Scale): Promise<Measurement[]> {
  const connections = scale.of(MINERS);
  const perAddress = Math.floor(PER_ADDRESS / COMES);
  const bed = { connections, loads: 2, perAddress, pool: { listeners: 1 } };
  const bare = await idleBytes(`${folder}/bare`, connections);
  return await withMiners(folder, bed, async ({ pool, load }) => {
    await sleep(SETTLING_MS);
    const { rssBytes } = pool.usage();
    const name = connections.toLocaleString('en-US');
    const once = async (): Promise<Measurement> => {
      const [{ tookMs }, stallMs] = await pool.withLongestStall(() => load.reconnect());
      const what = `${name} miners reconnect at once, all on fresh work`;
      const note = `connect, subscribe, authorize; ${perAddress} an address`;
      return { ...moment({ id: 'reconnect', bench: 'reconnect', what, note }, null, tookMs), stallMs };
    };
    const note = `${((rssBytes - bare) / connections / 1024).toFixed(1)} KiB RSS a connection, whole pool ${(rssBytes / 2 ** 20).toFixed(0)} MiB`;
    const idle = moment({ id: 'idle', bench: 'reconnect', what: `${name} idle miners`, note }, null, null);
    const measurement = { ...idle, connections, rssBytes, connectionBytes: (rssBytes - bare) / connections };
    return [measurement, await runs(scale, 'mostMs', once)];
  });
}

async function idleBytes(folder: string, connections: number): Promise<number> {
  const pool = await BenchPool.start(folder, { listeners: 1, maxConnections: connections });
  try {
    await sleep(SETTLING_MS);
    return pool.usage().rssBytes;
  } finally {
    await pool.stop();
  }
}
