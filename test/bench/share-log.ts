/**
 * How many shares a second the log takes, and what a share costs the socket loop. Not part of `npm test`:
 *
 *     npm run build && node build/test/bench/share-log.js [seconds] [workers]
 *
 * Saturated: as many shares outstanding as the bound allows. Paced: so many a second, as miners send them. The shares
 * have random hashes: the log does not hash, and grinding would be measured instead. At the end every share is read
 * back as a restart does.
 */
import { randomFillSync } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { CreditedShare, ShareShard } from '../../src/shares/index.js';
import { appended, openShard } from '../integration/shares/shard-surroundings.js';
import { EASIEST_BITS, PAYOUT, partsOn } from '../integration/shares/share-source.js';

const [seconds = 5, workerCount = 1000] = process.argv.slice(2).map(Number);

interface Rows {
  readonly job: number;
  readonly miner: number;
  readonly workers: readonly number[];
}

let made = 0;
function makeShare({ job, miner, workers }: Rows): CreditedShare {
  made++;
  const hash = randomFillSync(new Uint8Array(32));
  const extranonce = hash.subarray(0, 12);
  return {
    record: { job, miner, bits: EASIEST_BITS, signature: 0, extranonce, time: 1, nonce: made, version: 2 },
    hash,
    worker: workers[made % workers.length]!,
    hashDifficulty: 1,
  };
}

function percentile(sorted: Float64Array, part: number): string {
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0).toFixed(1);
}

/** Appends `count` made-up shares to nothing: what making them costs, to be taken off. */
function makingUs(rows: Rows): number {
  const start = process.cpuUsage();
  for (let i = 0; i < 100_000; i++) makeShare(rows);
  return process.cpuUsage(start).user / 100_000;
}

async function run(name: string, shard: ShareShard, rows: Rows, perSecond: number | null): Promise<number> {
  const latencies: number[] = [];
  let refused = 0;
  let appendUs = 0;
  let appendedCount = 0;
  const one = (): void => {
    const share = makeShare(rows);
    const start = performance.now();
    shard.append(share, (error) => {
      if (error === null) latencies.push(performance.now() - start);
      else refused++;
    });
    appendUs += (performance.now() - start) * 1000;
    appendedCount++;
  };
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const loop = performance.eventLoopUtilization();
  const start = performance.now();
  const end = start + seconds * 1000;
  while (performance.now() < end) {
    const due =
      perSecond === null ? Number.POSITIVE_INFINITY : ((performance.now() - start) / 1000) * perSecond;
    for (let n = 0; n < 200 && appendedCount < due && shard.unacknowledged < 9_000; n++) one();
    await new Promise((resolve) => (perSecond === null ? setImmediate(resolve) : setTimeout(resolve, 1)));
  }
  while (shard.unacknowledged > 0) await new Promise((resolve) => setTimeout(resolve, 1));
  const tookMs = performance.now() - start;
  delay.disable();
  const busy = performance.eventLoopUtilization(loop).utilization;
  const sorted = Float64Array.from(latencies).sort();
  console.log(
    `${name}: ${Math.round((latencies.length / tookMs) * 1000)} shares/s stored, ${refused} refused; ` +
      `append ${(appendUs / appendedCount).toFixed(2)} us a share; loop busy ${(busy * 100).toFixed(0)} %; ` +
      `commit p50 ${percentile(sorted, 0.5)} ms, p99 ${percentile(sorted, 0.99)} ms, most ${percentile(sorted, 1)} ms; ` +
      `longest stall ${(delay.max / 1e6).toFixed(0)} ms`,
  );
  return latencies.length;
}

const folder = mkdtempSync(join(tmpdir(), 'orcapool-bench-'));
const path = join(folder, 'shard-0.sqlite');
const shard = await openShard(path);
try {
  const job = await shard.addJob(partsOn(1));
  const miner = await shard.miner(PAYOUT);
  const start = performance.now();
  const memories = await Promise.all(
    Array.from({ length: workerCount }, (_, i) => shard.worker(miner, `rig${i}`)),
  );
  console.log(
    `${workerCount} new workers registered at once in ${(performance.now() - start).toFixed(0)} ms`,
  );
  const rows = { job, miner, workers: memories.map(({ worker }) => worker) };
  await appended(shard, makeShare(rows));
  console.log(`making a share costs ${makingUs(rows).toFixed(2)} us, included in "loop busy" only`);
  let stored = 1;
  for (const [name, perSecond] of [
    ['100 a second', 100],
    ['5,000 a second', 5_000],
    ['25,000 a second', 25_000],
    ['saturated', null],
  ] as const) {
    stored += await run(name, shard, rows, perSecond);
  }
  const readStart = performance.now();
  let hashes = 0;
  for (const _ of await shard.hashesSince(0)) hashes++;
  console.log(`${hashes} of ${stored} hashes reloaded in ${(performance.now() - readStart).toFixed(0)} ms`);
} finally {
  await shard.close();
  const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  console.log(`${(bytes / 1e6).toFixed(1)} MB on disk`);
  rmSync(folder, { recursive: true });
}
