/**
 * A whole pool on a disk whose every fsync takes longer than it would (`test/disk-fault`; needs a C compiler): an answer
 * waits for the fsync of its batch and for what is left of the one before, and the sockets' loop for neither.
 */
import { mkdirSync } from 'node:fs';
import { FaultyDisk } from '../disk-fault/faulty-disk.js';
import { measured, runs, withMiners } from './bed.js';
import { RowNotHeld } from './load/held-against-log.js';
import type { Measurement } from './measurement.js';
import { MINERS, sharesEach } from './paced.js';
import type { Scale } from './scale.js';

const PER_SECOND = 5_000;

export async function benchSlowFsync(folder: string, scale: Scale): Promise<Measurement[]> {
  mkdirSync(folder, { recursive: true });
  const disk = await FaultyDisk.make(folder, '/shares/shard-');
  const bed = { connections: MINERS, loads: 1, pool: { env: disk.env } };
  return await withMiners(folder, bed, async ({ pool, load }) => {
    const rows: Measurement[] = [];
    for (const injectedMs of [10, 50]) {
      await disk.set(`slow ${injectedMs}`);
      const once = async (): Promise<Measurement> => {
        await load.prepare(sharesEach(PER_SECOND, scale));
        const what = `${PER_SECOND.toLocaleString('en-US')} a second, 1,000 miners, fsync ${injectedMs} ms slower`;
        return await measured({ id: `slow-fsync/${injectedMs}`, bench: 'slow-fsync', what }, pool, () =>
          load.pace(PER_SECOND, scale.lastingMs),
        );
      };
      const row = await runs(scale, 'p99Ms', once);
      if (row.p50Ms! < injectedMs) {
        throw new RowNotHeld(
          `answers came after ${row.p50Ms} ms where a commit takes ${injectedMs}: before it`,
        );
      }
      rows.push(row);
    }
    return rows;
  });
}
