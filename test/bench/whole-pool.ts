/**
 * A whole pool node under load over loopback TCP: coordinator, listeners, disk. The load comes from processes of its
 * own on the same machine, so every figure is a floor; its own loop's share of a core stands in the note. CPU is of
 * all of the pool's processes and threads.
 */
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { BenchPool, type BenchPoolOptions } from './load/bench-pool.js';
import { Load, type LoadResult } from './load/load.js';
import type { Measurement } from './measurement.js';
import { medians } from './medians.js';

const BENCH = 'pool';
export const RUNS = 5;
export const LASTING_MS = 4_000;
const WINDOW = 8;
// BIP173's P2WPKH example on regtest.
const ADDRESS = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';
/** About four hashes a share, the least that regtest's grid has. */
const PASSWORD = 'd=1e-9';

interface Bed {
  readonly pool: BenchPool;
  readonly load: Load;
  readonly opened: LoadResult;
}

export async function withMiners<Result>(
  folder: string,
  connections: number,
  options: BenchPoolOptions,
  loads: number,
  work: (bed: Bed) => Promise<Result>,
): Promise<Result> {
  const pool = await BenchPool.start(folder, options);
  let load: Load | null = null;
  try {
    load = await Load.start(loads);
    const opened = await load.open({
      host: '127.0.0.1',
      port: pool.port,
      password: PASSWORD,
      connections,
      firstRig: 0,
      address: ADDRESS,
      perSecond: 2_000,
    });
    return await work({ pool, load, opened });
  } finally {
    await load?.stop();
    await pool.stop();
  }
}

function percentile(sorted: Float64Array, part: number): number | null {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? null;
}

export async function measured(
  what: string,
  pool: BenchPool,
  shares: () => Promise<LoadResult>,
): Promise<Measurement> {
  const [{ load, cpuSeconds }, stallMs] = await pool.withLongestStall(async () => {
    const before = pool.usage();
    const load = await shares();
    return { load, cpuSeconds: pool.usage().cpuSeconds - before.cpuSeconds };
  });
  const { accepted, refused, refusals, durations, tookMs, busy } = load;
  const trouble = refused === 0 ? '' : `refused with ${refusals[0]?.slice(0, 120)}; `;
  return {
    bench: BENCH,
    what,
    rate: (1000 * accepted) / tookMs,
    unit: 'shares',
    p50Ms: percentile(durations, 0.5),
    p99Ms: percentile(durations, 0.99),
    mostMs: percentile(durations, 1),
    stallMs,
    cores: (1000 * cpuSeconds) / tookMs,
    cpuUs: (1e6 * cpuSeconds) / accepted,
    refused,
    note: `${trouble}load ${Math.round(100 * busy)} % busy`,
  };
}

export async function runs(
  count: number,
  spreadOf: 'rate' | 'p99Ms' | 'mostMs',
  once: () => Promise<Measurement>,
): Promise<Measurement> {
  const all: Measurement[] = [];
  for (let run = 0; run < count; run++) all.push(await once());
  return medians(all, spreadOf);
}

/** With whatever `npm run build` made, and without. */
const HASHERS = [
  ['the best hasher', []],
  ['JavaScript hashing', ['--conditions=orcapool-portable']],
] as const;

export async function benchSaturated(folder: string): Promise<Measurement[]> {
  const rows: Measurement[] = [];
  for (const [hasher, nodeArgs] of HASHERS) {
    const options = { listeners: 1, maxConnections: 1_000, nodeArgs };
    rows.push(
      await withMiners(`${folder}/${nodeArgs.length}`, 100, options, 1, async ({ pool, load }) => {
        const once = async (): Promise<Measurement> => {
          await load.prepare(8_000);
          return await measured(`saturated, 100 x ${WINDOW} on their way, ${hasher}`, pool, () =>
            load.saturate(WINDOW, LASTING_MS),
          );
        };
        await once();
        return await runs(RUNS, 'rate', once);
      }),
    );
  }
  return rows;
}

export async function benchPaced(folder: string): Promise<Measurement[]> {
  const rows: Measurement[] = [];
  for (const [hasher, nodeArgs] of HASHERS) {
    const options = { listeners: 1, maxConnections: 2_000, nodeArgs };
    await withMiners(`${folder}/${nodeArgs.length}`, 1_000, options, 1, async ({ pool, load }) => {
      for (const perSecond of [5_000, 25_000]) {
        const once = async (): Promise<Measurement> => {
          await load.prepare(Math.ceil((1.05 * perSecond * LASTING_MS) / 1000 / 1_000));
          const what = `${perSecond.toLocaleString('en-US')} a second, 1,000 miners, ${hasher}`;
          return await measured(what, pool, () => load.pace(perSecond, LASTING_MS));
        };
        // Two runs until the compiler has seen everything.
        for (let warmUp = 0; warmUp < 2; warmUp++) await once();
        rows.push(await runs(RUNS, 'p99Ms', once));
      }
    });
  }
  return rows;
}

function moment(what: string, firstMs: number, lastMs: number, note: string): Measurement {
  return {
    bench: BENCH,
    what,
    rate: null,
    unit: '',
    p50Ms: firstMs,
    p99Ms: null,
    mostMs: lastMs,
    cores: null,
    note,
  };
}

/** p50 is the first miner's time, most the last one's. */
export async function benchTip(folder: string): Promise<Measurement[]> {
  const rows: Measurement[] = [];
  for (const connections of [1_000, 10_000]) {
    const options = { listeners: 1, maxConnections: connections + 1_000 };
    rows.push(
      await withMiners(`${folder}/${connections}`, connections, options, 1, ({ pool, load }) =>
        runs(RUNS, 'mostMs', async () => {
          const [{ firstMs, lastMs }, stallMs] = await pool.withLongestStall(async () => {
            const told = load.awaitTip();
            await sleep(300);
            const tipMs = await pool.newTip();
            const { firstMs, lastMs } = await told;
            return { firstMs: firstMs - tipMs, lastMs: lastMs - tipMs };
          });
          const what = `new tip: first and last of ${connections.toLocaleString('en-US')} miners`;
          const note = '3,000 transactions, from the long-poll answer';
          return { ...moment(what, firstMs, lastMs, note), stallMs };
        }),
      ),
    );
  }
  return rows;
}

export async function benchReconnect(folder: string): Promise<Measurement[]> {
  const miners = 10_000;
  const options = { listeners: 1, maxConnections: 2 * miners };
  return await withMiners(folder, miners, options, 2, async ({ pool, load }) => {
    await sleep(2_000);
    const idle = pool.usage();
    const bare = await idleNode(`${folder}/bare`);
    const row = await runs(RUNS, 'mostMs', async () => {
      const [{ tookMs }, stallMs] = await pool.withLongestStall(() => load.reconnect());
      const what = '10,000 miners reconnect at once, all on fresh work';
      return { ...moment(what, 0, tookMs, 'connect, subscribe, authorize'), stallMs };
    });
    const each = (idle.rssBytes - bare) / miners / 1024;
    const note = `${each.toFixed(1)} KiB RSS a connection, whole pool ${(idle.rssBytes / 2 ** 20).toFixed(0)} MiB`;
    return [
      { ...moment('10,000 idle miners', 0, 0, note), p50Ms: null, mostMs: null },
      { ...row, p50Ms: null },
    ];
  });
}

async function idleNode(folder: string): Promise<number> {
  const pool = await BenchPool.start(folder, { listeners: 1, maxConnections: 20_000 });
  try {
    await sleep(2_000);
    return pool.usage().rssBytes;
  } finally {
    await pool.stop();
  }
}

/** As many as the machine has descriptors for in a few processes each; its row says how many were held. */
export async function benchHeld(folder: string): Promise<Measurement[]> {
  const connections = 100_000;
  const options = { listeners: Math.max(9, availableParallelism()), maxConnections: connections + 1_000 };
  return await withMiners(folder, connections, options, 6, async ({ pool, load, opened }) => {
    await load.prepare(1);
    const row = await measured('100,000 miners held, 2,000 shares a second', pool, () =>
      load.pace(2_000, 10_000),
    );
    const { rssBytes } = pool.usage();
    const note = `connected in ${(opened.tookMs / 1000).toFixed(0)} s; pool RSS ${(rssBytes / 2 ** 20).toFixed(0)} MiB`;
    return [{ ...row, note: `${note}; ${row.note}` }];
  });
}
