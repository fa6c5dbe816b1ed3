/**
 * How a node grows with its connections: shares a second at saturation, and memory, at a hundred, a thousand, ten and
 * a hundred thousand of them. One listener up to ten thousand; a hundred thousand need several, for descriptors.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Measurement } from './measurement.js';
import { LASTING_MS, measured, runs, withMiners } from './whole-pool.js';

interface Size {
  readonly connections: number;
  readonly listeners: number;
  readonly loads: number;
}

const SIZES: readonly Size[] = [
  { connections: 100, listeners: 1, loads: 1 },
  { connections: 1_000, listeners: 1, loads: 1 },
  { connections: 10_000, listeners: 1, loads: 2 },
  { connections: 100_000, listeners: 9, loads: 6 },
];
/** On their way at a time, over all connections, and no less than one each. */
const ON_THEIR_WAY = 800;
/** Ground beforehand, over all connections: more than are sent in one run. */
const GROUND = 700_000;
const RUNS = 3;
/** Of 100,000, one run is enough of a load on the machine. */
const LARGE = 100_000;

export async function benchGrowth(folder: string): Promise<Measurement[]> {
  const rows: Measurement[] = [];
  for (const { connections, listeners, loads } of SIZES) {
    const options = { listeners, maxConnections: connections + 1_000 };
    rows.push(
      await withMiners(`${folder}/${connections}`, connections, options, loads, async ({ pool, load }) => {
        await sleep(1_000);
        const { rssBytes } = pool.usage();
        const once = async (): Promise<Measurement> => {
          await load.prepare(Math.max(4, Math.ceil(GROUND / connections)));
          const window = Math.max(1, Math.floor(ON_THEIR_WAY / connections));
          return await measured(`${connections.toLocaleString('en-US')} connections, saturated`, pool, () =>
            load.saturate(window, LASTING_MS),
          );
        };
        if (connections < LARGE) await once();
        const row = await runs(connections < LARGE ? RUNS : 1, 'rate', once);
        const note = `pool RSS ${(rssBytes / 2 ** 20).toFixed(0)} MiB idle; ${row.note}`;
        return { ...row, bench: 'growth', connections, rssBytes, note };
      }),
    );
  }
  return rows;
}
