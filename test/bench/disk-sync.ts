/** How long the disk takes to keep 4 KiB for good: no acknowledged share can be faster. */
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Durations, type Measurement, repeat } from './measurement.js';

export function benchDiskSync(folder: string): Measurement[] {
  const file = openSync(join(folder, 'sync'), 'w');
  const block = new Uint8Array(4096).fill(1);
  try {
    const durations = new Durations();
    const tookMs = repeat(1_000, durations, () => {
      writeSync(file, block);
      fdatasyncSync(file);
    });
    const rate = (durations.count / tookMs) * 1000;
    const note = 'what the disk allows one writer';
    return [
      {
        bench: 'disk',
        what: 'append 4 KiB, sync',
        rate,
        unit: 'syncs',
        ...durations.figures(),
        cores: null,
        note,
      },
    ];
  } finally {
    closeSync(file);
  }
}
