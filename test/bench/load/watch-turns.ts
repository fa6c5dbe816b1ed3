/**
 * Loaded with `--import` into every process of a pool that is measured: in a listener it watches the event loop's turns,
 * and on SIGUSR2 writes to `<BENCH_TURNS>/<pid>` how often it was asked and how long the longest turn since the last
 * time took, milliseconds. The metrics page says the same each second; a reader that comes late misses some, and every
 * reading costs the pool CPU that is not the shares'.
 */
import cluster from 'node:cluster';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { TurnWatch } from '../../../src/metrics/turn-watch.js';

/** Every process of the pool has a timer of 10 ms: `process-metrics.ts`. */
const LONGEST_SLEEP_MS = 11;
const folder = process.env.BENCH_TURNS;

if (cluster.isWorker && isMainThread && folder !== undefined) {
  const turns = new TurnWatch(LONGEST_SLEEP_MS);
  const file = join(folder, String(process.pid));
  let asked = 0;
  process.on('SIGUSR2', () => {
    writeFileSync(`${file}.new`, `${++asked} ${turns.takeLongest()}`);
    renameSync(`${file}.new`, file);
  });
}
