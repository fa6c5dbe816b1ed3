/**
 * A whole pool node under load over loopback TCP: coordinator, listeners, disk. The load comes from processes of its
 * own on the same machine, so every figure is a floor; its own loop's share of a core stands in the note. CPU is of
 * all of the pool's processes and threads. The guard has its default limits: miners come from as many addresses as
 * that takes. What a row claims is held against the share log when it is over.
 */
import { BenchPool, type BenchPoolOptions, DIFFICULTY } from './load/bench-pool.js';
import { RowNotHeld } from './load/held-against-log.js';
import { Load, type LoadResult } from './load/load.js';
import { PER_ADDRESS } from './load/source-addresses.js';
import type { Measurement } from './measurement.js';
import { medians } from './medians.js';
import { nodeFor } from './node-size.js';
import type { Scale } from './scale.js';

/** On their way at a time on each of a hundred connections. */
export const WINDOW = 8;
/** At most: `Ramp` waits for a pool that takes fewer. */
const RAMP_PER_SECOND = 2_000;

export interface Bed {
  readonly pool: BenchPool;
  readonly load: Load;
  readonly opened: LoadResult;
}

export interface BedOptions {
  readonly connections: number;
  /** Load processes. */
  readonly loads: number;
  /** Connections from one address; as many as an address may have unless the row says why not. */
  readonly perAddress?: number;
  readonly mayBeRefused?: boolean;
  /** What the pool must say that it hashes shares by, in full or in the beginning. */
  readonly hasher?: string;
  /** What differs from a node as large as that takes. */
  readonly pool?: Partial<BenchPoolOptions>;
}

/** Throws `RowNotHeld` where the share log is not what was answered. */
export async function withMiners<Result extends readonly Measurement[]>(
  folder: string,
  options: BedOptions,
  work: (bed: Bed) => Promise<Result>,
): Promise<Measurement[]> {
  const { connections, loads, perAddress = PER_ADDRESS, mayBeRefused = false, hasher } = options;
  const pool = await BenchPool.start(folder, { ...(await nodeFor(connections)), ...options.pool });
  let load: Load | null = null;
  try {
    if (hasher !== undefined) await wantHasher(pool, hasher);
    load = await Load.start(loads);
    const opened = await load.open({
      host: '127.0.0.1',
      port: pool.port,
      password: `d=${DIFFICULTY}`,
      connections,
      firstRig: 0,
      username: null,
      perSecond: RAMP_PER_SECOND,
      perAddress,
      mayBeRefused,
    });
    const rows = await work({ pool, load, opened });
    const acknowledged = await load.acknowledged();
    await load.stop();
    load = null;
    const held = await pool.hold(acknowledged);
    const profiles = pool.profile?.rows();
    return rows.map((row) => {
      if (profiles === undefined) return { ...row, held };
      // Not under its own name: what the profiler takes is in its figures.
      const own = { ...row, held, id: `profile/${row.id}` };
      const profiled = profiles.get(row.id ?? '');
      return profiled === undefined ? own : { ...own, profiled };
    });
  } catch (error) {
    console.error(`what the pool said before it failed:\n${pool.output}`);
    throw error;
  } finally {
    await load?.stop();
    await pool.stop();
  }
}

/** Where it took longer than the ramp's pace does, the pool was what miners waited for. */
export function connectedText({ tookMs }: LoadResult): string {
  return `connected in ${(tookMs / 1000).toFixed(0)} s`;
}

/** A row that names a hasher is of that one. */
async function wantHasher(pool: BenchPool, wanted: string): Promise<void> {
  const used = await pool.hashers();
  if (used.some((hasher) => !hasher.startsWith(wanted))) {
    throw new RowNotHeld(
      `this row is of shares hashed by "${wanted}", and the pool's metrics say "${used.join('", "')}": ` +
        'run `npm run build` where a C compiler is, on a CPU with SHA instructions, or leave the row out',
    );
  }
}

function percentile(sorted: Float64Array, part: number): number | null {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? null;
}

/** One run: shares sent, answered and counted. Its rate is of shares that earned something. */
export async function measured(
  row: Pick<Measurement, 'id' | 'bench' | 'what'>,
  pool: BenchPool,
  shares: () => Promise<LoadResult>,
): Promise<Measurement> {
  const before = await pool.countsAfter(0);
  const [{ load, cpuSeconds }, stallMs] = await pool.withLongestStall(async () => {
    const used = pool.usage().cpuSeconds;
    pool.profile?.begin(pool.pids());
    const load = await shares();
    pool.profile?.end(row.id ?? '', load.accepted);
    return { load, cpuSeconds: pool.usage().cpuSeconds - used };
  });
  const { accepted, refused, refusals, lost, durations, tookMs, busy } = load;
  const after = await pool.countsAfter(accepted);
  const uncredited = after.uncredited - before.uncredited;
  const credited = accepted - uncredited;
  if (refused > 0 || lost > 0) console.error(`what the pool said of it:\n${pool.output}`);
  const trouble = refused === 0 ? '' : `refused with ${refusals[0]?.slice(0, 120)}; `;
  return {
    ...row,
    rate: (1000 * credited) / tookMs,
    unit: 'shares',
    p50Ms: percentile(durations, 0.5),
    p99Ms: percentile(durations, 0.99),
    mostMs: percentile(durations, 1),
    stallMs,
    cores: (1000 * cpuSeconds) / tookMs,
    cpuUs: (1e6 * cpuSeconds) / credited,
    refused,
    uncredited,
    lostConnections: lost,
    note: `${trouble}${lost === 0 ? '' : `${lost} connections lost; `}load ${Math.round(100 * busy)} % busy`,
  };
}

/** After runs that nobody counts, in which the compiler sees everything and files grow to their size. */
export async function runs(
  { runs: count, quick }: Scale,
  spreadOf: 'rate' | 'p99Ms' | 'mostMs',
  once: () => Promise<Measurement>,
  warmUps = 1,
): Promise<Measurement> {
  for (let warmUp = 0; warmUp < warmUps && !quick; warmUp++) await once();
  const all: Measurement[] = [];
  for (let run = 0; run < count; run++) all.push(await once());
  return medians(all, spreadOf);
}

/** A row without shares: when the first and the last of something were there, and what of `load` was not. */
export function moment(
  row: Pick<Measurement, 'id' | 'bench' | 'what' | 'note'>,
  firstMs: number | null,
  lastMs: number | null,
  { refused, lost }: Pick<LoadResult, 'refused' | 'lost'>,
): Measurement {
  const trouble = { refused, lostConnections: lost };
  return {
    ...row,
    ...trouble,
    rate: null,
    unit: '',
    p50Ms: firstMs,
    p99Ms: null,
    mostMs: lastMs,
    cores: null,
  };
}
