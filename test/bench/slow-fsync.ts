/**
 * A whole pool on a disk whose every fsync takes longer than it would (`test/disk-fault`; needs a C compiler): an answer
 * waits for the fsync of its batch and for what is left of the one before, and the sockets' loop for neither.
 */
import { mkdirSync } from 'node:fs';
import { FaultyDisk } from '../disk-fault/faulty-disk.js';
import type { Measurement } from './measurement.js';
import { LASTING_MS, measured, RUNS, runs, withMiners } from './whole-pool.js';

const MINERS = 1_000;
const PER_SECOND = 5_000;

export async function benchSlowFsync(folder: string): Promise<Measurement[]> {
  mkdirSync(folder, { recursive: true });
  const disk = await FaultyDisk.make(folder, '/shares/shard-');
  const options = { listeners: 1, maxConnections: 2 * MINERS, env: disk.env };
  return await withMiners(folder, MINERS, options, 1, async ({ pool, load }) => {
    const rows: Measurement[] = [];
    for (const injectedMs of [10, 50]) {
      await disk.set(`slow ${injectedMs}`);
      const once = async (): Promise<Measurement> => {
        await load.prepare(Math.ceil((1.05 * PER_SECOND * LASTING_MS) / 1000 / MINERS));
        const what = `${PER_SECOND.toLocaleString('en-US')} a second, 1,000 miners, fsync ${injectedMs} ms slower`;
        return await measured(what, pool, () => load.pace(PER_SECOND, LASTING_MS));
      };
      await once();
      rows.push(await runs(RUNS, 'p99Ms', once));
    }
    return rows;
  });
}
