/** So many shares a second of a thousand miners, one on its way each, as rigs bring them. */
import { measured, runs, withMiners } from './bed.js';
import { HASHERS } from './hashers.js';
import type { Measurement } from './measurement.js';
import type { Scale } from './scale.js';

export const MINERS = 1_000;
/** At 5,000 a second the compiler has seen everything only then. */
const WARM_UPS = 2;

/** Enough of each miner for a run at that pace. */
export function sharesEach(perSecond: number, { lastingMs }: Scale): number {
  return Math.ceil((1.05 * perSecond * lastingMs) / 1000 / MINERS);
}

export async function benchPaced(folder: string, scale: Scale): Promise<Measurement[]> {
  const rows: Measurement[] = [];
  for (const { id, hasher, metric, nodeArgs } of HASHERS) {
    const bed = { connections: MINERS, loads: 1, hasher: metric, pool: { nodeArgs } };
    const ofHasher = await withMiners(`${folder}/${id}`, bed, async ({ pool, load }) => {
      const ofRates: Measurement[] = [];
      for (const perSecond of [5_000, 25_000]) {
        const once = async (): Promise<Measurement> => {
          await load.prepare(sharesEach(perSecond, scale));
          const what = `${perSecond.toLocaleString('en-US')} a second, 1,000 miners, ${hasher}`;
          return await measured({ id: `paced/${perSecond}/${id}`, bench: 'paced', what }, pool, () =>
            load.pace(perSecond, scale.lastingMs),
          );
        };
        ofRates.push(await runs(scale, 'p99Ms', once, WARM_UPS));
      }
      return ofRates;
    });
    rows.push(...ofHasher);
  }
  return rows;
}
