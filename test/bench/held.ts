/** A hundred thousand miners at once, in as many listeners as their descriptors take, and shares among them. */
import { availableParallelism } from 'node:os';
import { descriptorLimit } from '../../src/cli/index.js';
import { measured, withMiners } from './bed.js';
import type { Measurement } from './measurement.js';
import type { Scale } from './scale.js';

export const MANY = 100_000;
const PER_SECOND = 2_000;
const LASTING_MS = 10_000;
/** Of a listener, beside its miners' sockets. */
const OTHER_DESCRIPTORS = 512;
/** Strangers have half of a node's places together: see `bed.ts`. */
const PLACES_PER_MINER = 2.05;

/** Load processes for a hundred thousand connections. */
export const LOADS = 6;

/** As many places, and listeners for them, as so many strangers need on this machine. */
export async function manyMiners(
  connections: number,
): Promise<{ listeners: number; maxConnections: number }> {
  const maxConnections = Math.ceil(PLACES_PER_MINER * connections);
  const ofEach = (await descriptorLimit()) - OTHER_DESCRIPTORS;
  return { listeners: Math.max(availableParallelism(), Math.ceil(maxConnections / ofEach)), maxConnections };
}

export async function benchHeld(folder: string, scale: Scale): Promise<Measurement[]> {
  const connections = scale.of(MANY);
  const bed = { connections, loads: LOADS, pool: await manyMiners(connections) };
  return await withMiners(folder, bed, async ({ pool, load, opened }) => {
    const lastingMs = scale.quick ? scale.lastingMs : LASTING_MS;
    await load.prepare(Math.ceil((1.05 * PER_SECOND * lastingMs) / 1000 / connections));
    const what = `${opened.connections.toLocaleString('en-US')} miners held, 2,000 shares a second`;
    const row = await measured({ id: 'held', bench: 'held', what }, pool, () =>
      load.pace(PER_SECOND, lastingMs),
    );
    const { rssBytes } = pool.usage();
    const note = `connected in ${(opened.tookMs / 1000).toFixed(0)} s; pool RSS ${(rssBytes / 2 ** 20).toFixed(0)} MiB`;
    return [{ ...row, connections: opened.connections, rssBytes, note: `${note}; ${row.note}` }];
  });
}
