/** As many shares as a listener takes: a hundred miners, each with eight on their way, as proxies have them. */
import { measured, runs, WINDOW, withMiners } from './bed.js';
import { HASHERS } from './hashers.js';
import type { Measurement } from './measurement.js';
import type { Scale } from './scale.js';

const MINERS = 100;
/** More than any machine takes in a run, a miner. */
const PER_SECOND = 2_000;

export async function benchSaturated(folder: string, scale: Scale): Promise<Measurement[]> {
  const rows: Measurement[] = [];
  for (const { id, hasher, metric, nodeArgs } of HASHERS) {
    const bed = { connections: MINERS, loads: 1, hasher: metric, pool: { nodeArgs } };
    const ofHasher = await withMiners(`${folder}/${id}`, bed, async ({ pool, load }) => {
      const once = async (): Promise<Measurement> => {
        await load.prepare(Math.ceil((PER_SECOND * scale.lastingMs) / 1000));
        const what = `saturated, ${MINERS} x ${WINDOW} on their way, ${hasher}`;
        return await measured({ id: `saturated/${id}`, bench: 'saturated', what }, pool, () =>
          load.saturate(WINDOW, scale.lastingMs),
        );
      };
      return [await runs(scale, 'rate', once)];
    });
    rows.push(...ofHasher);
  }
  return rows;
}
