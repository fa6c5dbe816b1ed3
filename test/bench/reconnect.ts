/** Ten thousand miners: what they cost while they are idle, and how long it takes when they all come back at once. */
import { setTimeout as sleep } from 'node:timers/promises';
import { moment, runs, withMiners } from './bed.js';
import { BenchPool } from './load/bench-pool.js';
import { PER_ADDRESS } from './load/source-addresses.js';
import type { Measurement } from './measurement.js';
import { nodeFor } from './node-size.js';
import type { Scale } from './scale.js';

const MINERS = 10_000;
/** An address may connect as often in a minute as it may have connections; these come so often: first, to warm up, and in five runs. */
const COMES = 7;
const SETTLING_MS = 2_000;

/** In as few listeners as so many fit into, and less what the same node takes without them; each run a node of its own. */
async function idle(folder: string, connections: number): Promise<Measurement> {
  const size = await nodeFor(connections);
  const bare = await BenchPool.start(`${folder}/bare`, size);
  await sleep(SETTLING_MS);
  const bareBytes = bare.usage().rssBytes;
  await bare.stop();
  const [row] = await withMiners(folder, { connections, loads: 2, pool: size }, async ({ pool, load }) => {
    await sleep(SETTLING_MS);
    const { rssBytes } = pool.usage();
    // Nothing to do, but who is still there is told.
    const after = await load.pace(0, 0);
    const connectionBytes = (rssBytes - bareBytes) / connections;
    const what = `${connections.toLocaleString('en-US')} idle miners`;
    const note =
      `${(connectionBytes / 1024).toFixed(1)} KiB RSS a connection, whole pool ` +
      `${(rssBytes / 2 ** 20).toFixed(0)} MiB in ${size.listeners} listeners`;
    const row = moment({ id: 'idle', bench: 'reconnect', what, note }, null, null, after);
    return [{ ...row, connections, rssBytes, connectionBytes }];
  });
  return row!;
}

export async function benchReconnect(folder: string, scale: Scale): Promise<Measurement[]> {
  const connections = scale.of(MINERS);
  const perAddress = Math.floor(PER_ADDRESS / COMES);
  // For a moment those who have gone and those who come back are all there.
  const bed = { connections, loads: 2, perAddress, pool: await nodeFor(2 * connections) };
  const back = await withMiners(`${folder}/back`, bed, async ({ pool, load }) => {
    const once = async (): Promise<Measurement> => {
      const [back, stallMs] = await pool.withLongestStall(async () => {
        pool.profile?.begin(pool.pids());
        const back = await load.reconnect();
        pool.profile?.end('reconnect', connections);
        return back;
      });
      const what = `${connections.toLocaleString('en-US')} miners reconnect at once, all on fresh work`;
      const note = `connect, subscribe, authorize; ${perAddress} an address`;
      return {
        ...moment({ id: 'reconnect', bench: 'reconnect', what, note }, null, back.tookMs, back),
        stallMs,
      };
    };
    return [await runs(scale, 'mostMs', once)];
  });
  let run = 0;
  const resting = await runs(scale, 'mostMs', () => idle(`${folder}/idle-${run++}`, connections), 0);
  return [resting, ...back];
}
