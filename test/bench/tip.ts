/** How long a new tip takes to all miners; p50 is the first miner's time, most the last one's. */
import { setTimeout as sleep } from 'node:timers/promises';
import { moment, runs, withMiners } from './bed.js';
import type { Measurement } from './measurement.js';
import type { Scale } from './scale.js';

export async function benchTip(folder: string, scale: Scale): Promise<Measurement[]> {
  const rows: Measurement[] = [];
  for (const miners of [1_000, 10_000]) {
    const connections = scale.of(miners);
    const bed = { connections, loads: 1 };
    const ofMiners = await withMiners(`${folder}/${miners}`, bed, async ({ pool, load }) => {
      const once = async (): Promise<Measurement> => {
        const [{ firstMs, lastMs, rest }, stallMs] = await pool.withLongestStall(async () => {
          const told = load.awaitTip();
          await sleep(300);
          pool.profile?.begin(pool.pids());
          const tipMs = await pool.newTip();
          const { firstMs, lastMs, ...rest } = await told;
          pool.profile?.end(`tip/${miners}`, connections);
          return { firstMs: firstMs - tipMs, lastMs: lastMs - tipMs, rest };
        });
        const what = `new tip: first and last of ${connections.toLocaleString('en-US')} miners`;
        const note = '3,000 transactions, from the long-poll answer';
        return {
          ...moment({ id: `tip/${miners}`, bench: 'tip', what, note }, firstMs, lastMs, rest),
          stallMs,
        };
      };
      return [await runs(scale, 'mostMs', once)];
    });
    rows.push(...ofMiners);
  }
  return rows;
}
