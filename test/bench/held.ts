/** A hundred thousand miners at once, in as many listeners as their descriptors take, and shares among them. */
import { connectedText, measured, runs, withMiners } from './bed.js';
import type { Measurement } from './measurement.js';
import { nodeFor } from './node-size.js';
import type { Scale } from './scale.js';

export const MANY = 100_000;
/** More than are wanted: those sent last are answered behind the time they are divided by. */
const PER_SECOND = 2_200;
const LASTING_MS = 10_000;
/** Load processes for a hundred thousand connections. */
export const LOADS = 6;

export async function benchHeld(folder: string, scale: Scale): Promise<Measurement[]> {
  const wanted = scale.of(MANY);
  const bed = { connections: wanted, loads: LOADS, pool: await nodeFor(wanted) };
  return await withMiners(folder, bed, async ({ pool, load, opened }) => {
    const lastingMs = scale.quick ? scale.lastingMs : LASTING_MS;
    const what = `${opened.connections.toLocaleString('en-US')} miners held, ${PER_SECOND.toLocaleString('en-US')} shares a second`;
    const loggedInBefore = await pool.loggedIn();
    const once = async (): Promise<Measurement> => {
      await load.prepare(Math.ceil((1.05 * PER_SECOND * lastingMs) / 1000 / wanted));
      return await measured({ id: 'held', bench: 'held', what }, pool, () =>
        load.pace(PER_SECOND, lastingMs),
      );
    };
    const row = await runs(scale, 'p99Ms', once);
    const { rssBytes } = pool.usage();
    const loggedInAfter = await pool.loggedIn();
    const note =
      `${connectedText(opened)}; the pool had ${loggedInBefore.toLocaleString('en-US')} miners ` +
      `logged in before and ${loggedInAfter.toLocaleString('en-US')} after; pool RSS ${(rssBytes / 2 ** 20).toFixed(0)} MiB`;
    const connections = opened.connections - row.lostConnections!;
    return [{ ...row, connections, loggedInBefore, loggedInAfter, rssBytes, note: `${note}; ${row.note}` }];
  });
}
